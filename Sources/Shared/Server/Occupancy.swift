import Synchronization

/// How many connections all loops have open together.
final class Occupancy: Sendable {
  private struct State {
    var count = 0
    var resume: (@Sendable () -> Void)?
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  func enter() { state.withLock { $0.count += 1 } }

  func leave() {
    let resume = state.withLock { state in
      defer { state.resume = nil }
      state.count -= 1
      return state.resume
    }
    resume?()
  }

  /// Whether another connection may be accepted; if not, `resume` is called once, when one has
  /// closed.
  func hasRoom(orCall resume: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      if state.count < limit { return true }
      state.resume = resume
      return false
    }
  }
}
