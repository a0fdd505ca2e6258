import Libc
import Shared

/// Moments as the API server writes them (RFC 3339, UTC), in seconds since 1970.
enum KubernetesTime {
  /// Nil for anything else. Fractions are taken, zones other than `Z` are not, since the API server
  /// writes none.
  static func seconds(_ text: some StringProtocol) -> Double? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[4] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T")
    else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int32? {
      Int32(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13),
      let minute = number(14..<16),
      let second = Double(String(decoding: bytes[17..<(bytes.count - 1)], as: UTF8.self))
    else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
    (parts.tm_hour, parts.tm_min) = (hour, minute)
    return Double(timegm(&parts)) + second
  }
}
