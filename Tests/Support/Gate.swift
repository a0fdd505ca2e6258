import Shared

/// Holds handlers until a test lets them go, and lets tests wait until one has arrived.
final class Gate: Sendable {
  private struct State {
    var arrived = 0
    var watchers: [(count: Int, isThere: Promise<Void>)] = []
  }

  private let state = Lock(State())
  private let isOpen = Promise<Void>()

  func pass() async {
    let ready = state.withLock { state in
      state.arrived += 1
      defer { state.watchers.removeAll { $0.count <= state.arrived } }
      return state.watchers.filter { $0.count <= state.arrived }
    }
    for watcher in ready { watcher.isThere.fulfil() }
    await isOpen.wait()
  }

  /// Returns once so many handlers stand (or stood) before the gate, or when the test's time is
  /// over.
  func arrivals(_ count: Int) async {
    let isThere = Promise<Void>()
    state.withLock { state in
      if state.arrived < count {
        state.watchers.append((count, isThere))
      } else {
        isThere.fulfil()
      }
    }
    await isThere.wait(onCancel: ())
  }

  /// Lets all through, from now on.
  func open() { isOpen.fulfil() }
}
