/// The date format of HTTP's fields (IMF-fixdate, RFC 9110 section 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let days: StaticString = "ThuFriSatSunMonTueWed"
  private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

  /// - Parameter unixSeconds: since 1970-01-01T00:00:00Z; right for the years 0 to 9999.
  static func bytes(unixSeconds: Int64) -> [UInt8] {
    let (day, second) = CivilDate.split(unixSeconds: unixSeconds)
    let date = CivilDate(daysSince1970: day)
    var text: [UInt8] = []
    text.reserveCapacity(29)
    text.append(three(days, ((day % 7) + 7) % 7))
    text.append(ascii: ", ")
    text.append(twoDigits: date.day)
    text.append(ascii: " ")
    text.append(three(months, date.month - 1))
    text.append(ascii: " ")
    text.append(twoDigits: date.year / 100)
    text.append(twoDigits: date.year % 100)
    text.append(ascii: " ")
    text.append(twoDigits: second / 3600)
    text.append(ascii: ":")
    text.append(twoDigits: second / 60 % 60)
    text.append(ascii: ":")
    text.append(twoDigits: second % 60)
    text.append(ascii: " GMT")
    return text
  }

  /// The date as text.
  static func text(unixSeconds: Int64) -> String {
    String(decoding: bytes(unixSeconds: unixSeconds), as: UTF8.self)
  }

  private static func three(_ names: StaticString, _ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: names.utf8Start + 3 * index, count: 3)
  }
}
