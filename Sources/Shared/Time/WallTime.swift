import Libc

/// A moment of civil time, as the system's clock tells it: POSIX time, which has no leap seconds.
/// The clock may step; deadlines are `MonotonicTime`.
package struct WallTime: Comparable, Hashable, Sendable {
  /// Since 1970-01-01T00:00:00Z.
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// Since 1970-01-01T00:00:00Z, with the fraction.
  package var seconds: Double { Double(nanoseconds) / 1e9 }

  /// Whole seconds since 1970-01-01T00:00:00Z, and what is left of the next.
  var parts: (seconds: Int64, nanoseconds: Int64) {
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest < 0 ? (seconds - 1, rest + 1_000_000_000) : (seconds, rest)
  }

  package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Appends the moment as RFC 3339 section 5.6 writes it, in UTC and with milliseconds:
  /// `2026-05-04T03:02:01.007Z`.
  func appendTimestamp(to bytes: inout [UInt8]) {
    let (seconds, nanoseconds) = parts
    let (day, time) = CivilDate.split(unixSeconds: seconds)
    let date = CivilDate(daysSince1970: day)
    bytes.append(date.year, digits: 4, then: "-")
    bytes.append(date.month, digits: 2, then: "-")
    bytes.append(date.day, digits: 2, then: "T")
    bytes.append(time / 3600, digits: 2, then: ":")
    bytes.append(time / 60 % 60, digits: 2, then: ":")
    bytes.append(time % 60, digits: 2, then: ".")
    bytes.append(Int(nanoseconds / 1_000_000), digits: 3, then: "Z")
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ number: Int, digits: Int, then separator: Unicode.Scalar) {
    var power = 1
    for _ in 1..<digits { power *= 10 }
    while power > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
      power /= 10
    }
    append(UInt8(ascii: separator))
  }
}
