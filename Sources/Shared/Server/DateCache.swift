/// The `Date` of responses, made anew when a second is over.
struct DateCache {
  private var text: [UInt8] = []
  private var validUntil = MonotonicTime(nanoseconds: .min)

  mutating func bytes(at now: MonotonicTime) -> [UInt8] {
    if now >= validUntil {
      var wall = timespec()
      clock_gettime(CLOCK_REALTIME, &wall)
      text = HTTPDate.bytes(unixSeconds: Int64(wall.tv_sec))
      validUntil = now + .nanoseconds(1_000_000_000 - Int64(wall.tv_nsec))
    }
    return text
  }
}
