import Shared
import Synchronization

/// When the server was asked to stop, and which connections it still has.
final class Drain: Sendable {
  private struct State {
    var began: MonotonicTime?
    var connections = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.began = $0.began ?? .now } }

  /// Nil until it begins.
  var age: Duration? { state.withLock(\.began).map { .now - $0 } }

  var isOn: Bool { age != nil }

  var connections: Int { state.withLock(\.connections) }

  func enter() { state.withLock { $0.connections += 1 } }

  func leave() { state.withLock { $0.connections -= 1 } }
}
