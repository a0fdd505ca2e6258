import Libc
import Testing

@testable import Shared

@Suite struct CivilDateTests {
  @Test func `every day of eight centuries is the C library's, and leads back to its number`() {
    let different = (-146_097..<146_097).filter { day in
      var parts = tm()
      var seconds = time_t(day * 86_400)
      gmtime_r(&seconds, &parts)
      let date = CivilDate(daysSince1970: day)
      return date.year != Int(parts.tm_year) + 1900 || date.month != Int(parts.tm_mon) + 1
        || date.day != Int(parts.tm_mday) || date.daysSince1970 != day
    }
    #expect(different == [])
  }
}
