/// One timer on a loop, which can be set again and again. Belongs to its loop.
package final class LoopTimer: Channel {
  private var timer: Timers<EventLoop.Timer>.ID?
  private var ring: ((isolated EventLoop) -> Void)?

  /// A timer that is not set.
  package init() {}

  /// Calls `ring` at that time, and drops what was set before.
  package func set(
    at time: MonotonicTime, on loop: isolated EventLoop,
    _ ring: @escaping (isolated EventLoop) -> Void
  ) {
    clear(on: loop)
    self.ring = ring
    timer = loop.schedule(self, at: time)
  }

  /// Drops what was set.
  package func clear(on loop: isolated EventLoop) {
    if let timer { loop.cancel(timer) }
    timer = nil
    ring = nil
  }

  func ready(_: Readiness, on _: isolated EventLoop) {}

  func due(on loop: isolated EventLoop) {
    timer = nil
    let ring = ring
    self.ring = nil
    ring?(loop)
  }
}
