/// Gives timestamps that strictly increase, also when the clock stands still or steps back: two
/// points of one pod with the same timestamp would be one.
struct PointClock: Sendable {
  private var last: Int64

  /// - Parameter last: every timestamp is greater than this one.
  init(after last: Int64 = .min) { self.last = last }

  /// The wall clock's time, or the nanosecond after the last timestamp if that is later.
  /// - Parameter wall: nanoseconds since 1970-01-01T00:00:00Z.
  mutating func next(at wall: Int64 = WallTime.now.nanoseconds) -> Int64 {
    last = max(wall, last + 1)
    return last
  }
}
