/// Limits how many connections all loops have open together.
final class ConnectionLimit: Sendable {
  private struct State {
    var count = 0
    var resume: (@Sendable () -> Void)?
  }

  let limit: Int
  /// Of a drain, which gives up the acceptor's spare descriptor.
  private let drainLimit: Int
  private let state = Lock(State())

  /// - Parameter ceiling: with more the process would have no descriptors left for its tasks.
  init(_ limit: Int, ceiling: Int = .max) {
    self.limit = min(limit, ceiling)
    drainLimit = ceiling.addingReportingOverflow(1).overflow ? ceiling : ceiling + 1
  }

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

  /// Whether another connection may be accepted; in a drain whatever the limit, but within the
  /// ceiling. If not, the next connection that closes calls `resume`, once.
  func hasRoom(isDraining: Bool = false, orCall resume: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      if state.count < (isDraining ? drainLimit : limit) { return true }
      state.resume = resume
      return false
    }
  }
}
