import Comparison
import Shared

/// A request that is under way when the signal comes: in flight when it takes long enough, else
/// half of it is sent before the signal.
struct Underway {
  let client: WireClient
  /// What is still to be sent.
  private let rest: String
  let isWhole: Bool
  private let patience: Duration

  init(_ scene: Scene) throws(CommandError) {
    let request = scene.service.request
    patience = scene.service.patience
    if scene.service.isSlow, let inFlight = try scene.inFlight() {
      client = inFlight
      isWhole = true
      rest = ""
      return
    }
    let halves = request.hasBody ? request.bodyHalves : request.headHalves
    client = try scene.connect()
    isWhole = false
    rest = halves.rest
    client.send(halves.first)
    scene.pause()
  }

  /// How a report puts it.
  func sent(_ scene: Scene) -> String {
    let name = scene.service.request.name
    return isWhole
      ? "\(name) whole, then the signal" : "half of \(name), the signal, then the other half"
  }

  /// Sends what is missing, and more behind it.
  func complete(and more: String = "") { client.send(rest + more) }

  /// Whether its answer is complete within the time that a server may take.
  func isAnswered() -> Bool { client.awaitAnswers(within: patience) }

  static let unanswered = "the request under way was not answered: other cases show that"
}
