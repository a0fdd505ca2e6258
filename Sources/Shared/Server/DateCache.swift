/// The `Date` field of responses (RFC 9110 section 6.6.1), with its CRLF, made once per second.
struct DateCache {
  private var text: [UInt8] = []
  private var validUntil = MonotonicTime(nanoseconds: .min)

  mutating func bytes(at now: MonotonicTime) -> [UInt8] {
    if now >= validUntil {
      let wall = WallTime.now.parts
      text = ResponseEncoder.dateLine(unixSeconds: wall.seconds)
      validUntil = now + .nanoseconds(1_000_000_000 - wall.nanoseconds)
    }
    return text
  }
}
