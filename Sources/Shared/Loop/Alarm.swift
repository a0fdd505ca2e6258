import Synchronization

/// Wakes the one task that waits for news. A ring is remembered: one that comes after the task last
/// looked, but before it suspends, ends the wait at once.
final class Alarm: Sendable {
  /// Fulfilled by a ring; the task makes a new one before it looks for the news again.
  private let next = Mutex(Promise<Void>())

  /// From any thread.
  func ring() { next.withLock { $0 }.fulfil() }

  /// Suspends until the next ring, or one since the last wait.
  /// - Parameter time: ends the wait without a ring; nil: only a ring does.
  func wait(until time: MonotonicTime?, on loop: isolated EventLoop) async {
    let ring = next.withLock { $0 }
    let timer = LoopTimer()
    if let time { timer.set(at: time, on: loop) { _ in ring.fulfil() } }
    await ring.wait()
    timer.clear(on: loop)
    next.withLock { $0 = Promise() }
  }
}
