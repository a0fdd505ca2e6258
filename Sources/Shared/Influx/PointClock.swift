/// Timestamps that strictly increase, also when the clock stands still or steps back: two points of
/// one pod with the same timestamp would be one.
struct PointClock: Sendable {
  private var last: Int64

  /// - Parameter last: every timestamp is greater than this one.
  init(after last: Int64 = .min) { self.last = last }

  /// The wall clock's time, or the nanosecond after the last timestamp if that is later.
  /// - Parameter wall: nanoseconds since 1970-01-01T00:00:00Z.
  mutating func next(at wall: Int64 = Self.wall) -> Int64 {
    last = max(wall, last + 1)
    return last
  }

  private static var wall: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
