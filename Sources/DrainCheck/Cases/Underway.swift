import Comparison
import Shared

/// A request that is under way when the signal comes: in flight when it takes long enough, else
/// half of it is sent before the signal.
struct Underway {
  let client: WireClient
  /// What is still to be sent.
  private let rest: String
  private let isWhole: Bool
  private let patience: Duration

  /// - Parameter text: of the request; with another method or more fields than the service's.
  init(_ scene: Scene, window: Int32? = nil) throws(CommandError) {
    let request = scene.service.request
    client = try scene.connect(window: window)
    patience = scene.service.patience
    isWhole = scene.service.isSlow
    if isWhole {
      rest = ""
      client.send(request.whole)
      scene.pause(min(scene.service.requestTime / 3, Scene.settle))
    } else {
      let halves = request.hasBody ? request.bodyHalves : request.headHalves
      rest = halves.rest
      client.send(halves.first)
      scene.pause()
    }
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
