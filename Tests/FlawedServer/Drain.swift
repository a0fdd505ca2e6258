import Libc
import Shared
import Synchronization

/// When the server was asked to stop, and which connections it still has.
final class Drain: Sendable {
  /// The one of this process: a signal handler has no other way to it. It only stores to an atomic,
  /// which is safe there.
  static let own = Drain()

  /// In nanoseconds; 0 until it begins.
  private let began = Atomic<Int64>(0)
  private let open = Atomic<Int>(0)

  /// Begins at SIGTERM and SIGINT. The main thread runs the handler: the others block signals.
  static func beginAtSignal() {
    _ = own  // not made in the handler
    for number in [SIGTERM, SIGINT] {
      signal(number) { _ in
        Drain.own.began.store(MonotonicTime.now.nanoseconds, ordering: .sequentiallyConsistent)
      }
    }
  }

  /// Nil until it begins.
  var age: Duration? {
    let began = began.load(ordering: .sequentiallyConsistent)
    return began == 0 ? nil : .nanoseconds(MonotonicTime.now.nanoseconds - began)
  }

  var isOn: Bool { age != nil }

  var connections: Int { open.load(ordering: .sequentiallyConsistent) }

  func enter() { open.add(1, ordering: .sequentiallyConsistent) }

  func leave() { open.subtract(1, ordering: .sequentiallyConsistent) }
}
