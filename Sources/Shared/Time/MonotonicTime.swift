import Libc

/// An instant on the system's monotonic clock, which never steps: `ContinuousClock` without its
/// 128-bit arithmetic, for the hot path.
package struct MonotonicTime: Comparable, Hashable, Sendable {
  /// Since an arbitrary instant, such as the system's start.
  package let nanoseconds: Int64

  package static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static let distantFuture = MonotonicTime(nanoseconds: .max)

  package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Saturates at `distantFuture`.
  package static func + (time: Self, duration: Duration) -> Self {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
  }

  package static func - (left: Self, right: Self) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

extension Duration {
  /// Whole milliseconds, for a log: `1234 ms`.
  package var inMilliseconds: String { "\(nanoseconds / 1_000_000) ms" }

  /// Whole nanoseconds, at most some 292 years.
  var nanoseconds: Int64 {
    // 10⁹ is 2⁹ · 1,953,125: for all of 78 minutes that takes no division of 128 bits.
    let part = attoseconds >> 9
    if let part = UInt64(exactly: part), part <= Int64.max { return Int64(part / 1_953_125) }
    return Int64(clamping: attoseconds / 1_000_000_000)
  }
}
