/// Counts the requests that a server refuses before a handler sees them, and logs them at most once
/// a second: a client could cause lines by the thousand.
final class Refusals: Sendable {
  private struct State {
    var count = 0
    var throttle = Throttle(.seconds(1))
  }

  private let state = Lock(State())
  private let log: Log

  init(log: Log) { self.log = log }

  /// How many there are since the start.
  var count: Int { state.withLock { $0.count } }

  /// - Parameters:
  ///   - id: the one in the response.
  ///   - reason: the fault, for the log.
  func add(_ status: Status, id: String, because reason: String) {
    log.debug(
      "request refused", ["status": "\(status.code)", "reason": reason, "id": id])
    let passed = state.withLock { state in
      state.count += 1
      return state.throttle.pass()
    }
    guard let passed else { return }
    log.warning(
      "requests refused",
      ["count": "\(passed)", "status": "\(status.code)", "reason": reason, "id": id])
  }
}
