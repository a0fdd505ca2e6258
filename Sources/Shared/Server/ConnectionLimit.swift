/// Limits how many connections all loops have open together.
final class ConnectionLimit: Sendable {
  private struct State {
    var count = 0
    var resume: (@Sendable () -> Void)?
  }

  let limit: Int
  private let state = Lock(State())

  init(_ limit: Int) { self.limit = limit }

  /// Counts a connection, whatever the limit.
  func enter() { state.withLock { $0.count += 1 } }

  /// A connection has closed.
  func leave() {
    let resume = state.withLock { state in
      defer { state.resume = nil }
      state.count -= 1
      return state.resume
    }
    resume?()
  }

  /// Whether another connection may be accepted. If not, the next connection that closes calls
  /// `resume`, once.
  func hasRoom(orCall resume: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      if state.count < limit { return true }
      state.resume = resume
      return false
    }
  }
}
