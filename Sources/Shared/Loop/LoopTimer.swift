/// One alarm on a loop, set anew as often as one likes. Belongs to its loop.
public final class LoopTimer: Channel {
  private var timer: Timers<EventLoop.Timer>.ID?
  private var ring: ((isolated EventLoop) -> Void)?

  public init() {}

  /// Calls `ring` at that time instead of what was set before.
  public func set(
    at time: MonotonicTime, on loop: isolated EventLoop,
    _ ring: @escaping (isolated EventLoop) -> Void
  ) {
    clear(on: loop)
    self.ring = ring
    timer = loop.schedule(self, at: time)
  }

  public func clear(on loop: isolated EventLoop) {
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
