/// Limits how many connections all loops have open together.
final class ConnectionLimit: Sendable {
  private struct State {
    var count = 0
    /// One for each acceptor that found no room.
    var resumes: [ObjectIdentifier: @Sendable () -> Void] = [:]
  }

  let limit: Int
  private let state = Lock(State())

  init(_ limit: Int) { self.limit = limit }

  /// Counts a connection, whatever the limit.
  func enter() { state.withLock { $0.count += 1 } }

  /// A connection has closed.
  func leave() {
    let resumes = state.withLock { state in
      state.count -= 1
      defer { state.resumes = [:] }
      return state.resumes.values
    }
    for resume in resumes { resume() }
  }

  /// Whether another connection may be accepted. If not, the next connection that closes calls
  /// `resume`, once for each acceptor however often it looked.
  func hasRoom(
    for acceptor: ObjectIdentifier, orCall resume: @escaping @Sendable () -> Void
  ) -> Bool {
    state.withLock { state in
      if state.count < limit { return true }
      state.resumes[acceptor] = resume
      return false
    }
  }
}
