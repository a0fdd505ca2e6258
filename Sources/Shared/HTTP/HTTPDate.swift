/// The date format of HTTP's fields (IMF-fixdate, RFC 9110 section 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
  private static let days: StaticString = "ThuFriSatSunMonTueWed"
  private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

  /// - Parameter unixSeconds: since 1970, UTC; years 0 to 9999 have their four digits.
  public static func bytes(unixSeconds: Int64) -> [UInt8] {
    var (day, second) = unixSeconds.quotientAndRemainder(dividingBy: 86_400)
    if second < 0 { (day, second) = (day - 1, second + 86_400) }
    let date = civil(day)
    var text: [UInt8] = []
    text.reserveCapacity(29)
    text.append(three(days, Int(((day % 7) + 7) % 7)))
    text.append(ascii: ", ")
    text.append(twoDigits: date.day)
    text.append(ascii: " ")
    text.append(three(months, date.month - 1))
    text.append(ascii: " ")
    text.append(twoDigits: date.year / 100)
    text.append(twoDigits: date.year % 100)
    text.append(ascii: " ")
    text.append(twoDigits: Int(second / 3600))
    text.append(ascii: ":")
    text.append(twoDigits: Int(second / 60 % 60))
    text.append(ascii: ":")
    text.append(twoDigits: Int(second % 60))
    text.append(ascii: " GMT")
    return text
  }

  /// The date as text.
  public static func text(unixSeconds: Int64) -> String {
    String(decoding: bytes(unixSeconds: unixSeconds), as: UTF8.self)
  }

  /// Days since 1970 as a Gregorian date. Years are counted from March, so that the leap day is a
  /// year's last, in eras of 400 years.
  private static func civil(_ daysSince1970: Int64) -> (year: Int, month: Int, day: Int) {
    let days = Int(daysSince1970) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * marchMonth + 2) / 5 + 1
    )
  }

  private static func three(_ names: StaticString, _ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: names.utf8Start + 3 * index, count: 3)
  }
}
