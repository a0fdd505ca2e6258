/// A moment on the clock that never steps, in nanoseconds. `ContinuousClock` without its 128-bit
/// arithmetic, for the hot path.
public struct MonotonicTime: Comparable, Hashable, Sendable {
  public let nanoseconds: Int64

  public static var now: MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static let distantFuture = MonotonicTime(nanoseconds: .max)

  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Saturates: no duration reaches beyond the end of time.
  public static func + (time: Self, duration: Duration) -> Self {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
  }

  public static func - (left: Self, right: Self) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

extension Duration {
  /// Whole milliseconds, for a log: `1234 ms`.
  package var inMilliseconds: String { "\(nanoseconds / 1_000_000) ms" }

  /// Whole nanoseconds, at most some 292 years.
  var nanoseconds: Int64 {
    Int64(clamping: attoseconds / 1_000_000_000)
  }
}
