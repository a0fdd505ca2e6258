import Shared

/// Holds handlers until a test lets them go, and lets tests wait until one has arrived.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrived = 0
    var held: [CheckedContinuation<Void, Never>] = []
    var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
  }

  private let state = Lock(State())

  func pass() async {
    await withCheckedContinuation { continuation in
      let (go, ready) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
        state.arrived += 1
        if !state.isOpen { state.held.append(continuation) }
        let ready = state.watchers.filter { $0.0 <= state.arrived }.map(\.1)
        state.watchers.removeAll { $0.0 <= state.arrived }
        return (state.isOpen, ready)
      }
      for watcher in ready { watcher.resume() }
      if go { continuation.resume() }
    }
  }

  /// Returns once so many handlers stand (or stood) before the gate.
  func arrivals(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrived < count { state.watchers.append((count, continuation)) }
        return state.arrived >= count
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets all through, from now on.
  func open() {
    let held = state.withLock { state in
      state.isOpen = true
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }
}
