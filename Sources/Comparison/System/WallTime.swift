import Shared

/// This machine's clock, for comparison with that of others.
package enum WallTime {
  /// Nanoseconds since 1970.
  package static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Seconds since 1970.
  package static var now: Double { Double(nanoseconds) / 1e9 }
}
