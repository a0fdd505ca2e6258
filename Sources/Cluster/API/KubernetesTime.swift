import Comparison
import Libc
import Shared

/// Moments as Kubernetes writes them (RFC 3339), in seconds since 1970.
enum KubernetesTime {
  /// Nil for anything else. The API server writes UTC; the stamps of log lines are in the time zone
  /// of their node.
  static func seconds(_ text: some StringProtocol) -> Double? {
    var bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
      let zone = zone(&bytes)
    else { return nil }
    func number(_ range: Range<Int>) -> Int32? {
      Int32(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16),
      let second = Double(String(decoding: bytes[17...], as: UTF8.self))
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
    (parts.tm_hour, parts.tm_min) = (hour, minute)
    return Double(timegm(&parts)) + second - zone
  }

  /// As `--since-time` takes it, cut to the second.
  static func text(_ seconds: Double) -> String {
    WallTime(nanoseconds: Int64(seconds.rounded(.down)) * 1_000_000_000).text
  }

  /// Takes the zone from the end: its seconds ahead of UTC, or nil when there is none.
  private static func zone(_ bytes: inout [UInt8]) -> Double? {
    if bytes.last == UInt8(ascii: "Z") {
      bytes.removeLast()
      return 0
    }
    let text = bytes.suffix(6)
    guard bytes.count >= 25, text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-"),
      text[text.endIndex - 3] == UInt8(ascii: ":"),
      let hours = Double(String(decoding: text.prefix(3), as: UTF8.self)),
      let minutes = Double(String(decoding: text.suffix(2), as: UTF8.self))
    else { return nil }
    let sign: Double = text.first == UInt8(ascii: "-") ? -1 : 1
    bytes.removeLast(6)
    return hours * 3600 + sign * minutes * 60
  }
}
