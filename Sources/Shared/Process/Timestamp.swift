/// A moment of civil time, written as RFC 3339 section 5.6 has it, in UTC and with milliseconds:
/// `2026-05-04T03:02:01.007Z`.
struct Timestamp: Sendable {
  /// Since 1970-01-01T00:00:00Z.
  let milliseconds: Int64

  static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  func append(to bytes: inout [UInt8]) {
    let (seconds, rest) = milliseconds.flooredDivision(by: 1000)
    let (days, time) = seconds.flooredDivision(by: 86_400)
    // Years begin in March here, so that the leap day is the last; 719,468 days lie between
    // 0000-03-01 and 1970-01-01.
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    bytes.append(era * 400 + yearOfEra + (month <= 2 ? 1 : 0), digits: 4, then: "-")
    bytes.append(month, digits: 2, then: "-")
    bytes.append(dayOfYear - (153 * march + 2) / 5 + 1, digits: 2, then: "T")
    bytes.append(time / 3600, digits: 2, then: ":")
    bytes.append(time / 60 % 60, digits: 2, then: ":")
    bytes.append(time % 60, digits: 2, then: ".")
    bytes.append(rest, digits: 3, then: "Z")
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ number: Int64, digits: Int, then separator: Unicode.Scalar) {
    var power: Int64 = 1
    for _ in 1..<digits { power *= 10 }
    while power > 0 {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10))
      power /= 10
    }
    append(UInt8(ascii: separator))
  }
}
