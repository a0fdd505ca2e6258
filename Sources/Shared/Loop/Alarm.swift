/// Wakes the one task that waits for a change. A ring is remembered: one that comes after the task
/// last looked for the change, but before it suspends, ends the wait at once.
final class Alarm: Sendable {
  /// Fulfilled by a ring; replaced before the task looks for the change again.
  private let next = Lock(Promise<Void>())

  /// Ends the wait, or the next one. From any thread.
  func ring() { next.withLock { $0 }.fulfil() }

  /// Suspends until the next ring; not at all after a ring since the last wait.
  /// - Parameter time: ends the wait also without a ring; nil: only a ring ends it.
  func wait(until time: MonotonicTime?, on loop: isolated EventLoop) async {
    let ring = next.withLock { $0 }
    let timer = LoopTimer()
    if let time { timer.set(at: time, on: loop) { _ in ring.fulfil() } }
    await ring.wait()
    timer.clear(on: loop)
    next.withLock { $0 = Promise() }
  }
}
