import Libc

/// Lets other threads run before a loop under load waits, so that they queue more events for one
/// wait: a client then seldom has to wake the loop's thread. That is worth up to an eighth of the
/// throughput.
///
/// A process that computes takes the core for milliseconds instead. Beside two of them the loop
/// would lose half of its throughput, so a yield that took long is the last one for a while.
struct Courtesy {
  /// Clients that answer need less, a slice of the scheduler is more.
  private static let dear = Duration.milliseconds(1)
  private static let pause = Duration.milliseconds(200)

  private var next = MonotonicTime(nanoseconds: .min)

  /// - Parameter yield: gives up the core.
  /// - Returns: whether it did.
  @discardableResult
  mutating func yield(
    clock: () -> MonotonicTime = { .now }, by yield: () -> Void = { sched_yield() }
  ) -> Bool {
    let began = clock()
    guard began >= next else { return false }
    yield()
    let ended = clock()
    if ended - began > Self.dear { next = ended + Self.pause }
    return true
  }
}
