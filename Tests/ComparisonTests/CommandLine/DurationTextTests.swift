import Testing

@testable import Comparison

struct DurationTextTests {
  @Test(arguments: [
    ("2s", 2_000_000), ("0.2s", 200_000), ("50ms", 50_000), ("1.5ms", 1_500), ("0s", 0),
    ("600s", 600_000_000),
  ]) func `durations are seconds or milliseconds`(text: String, micros: Int) {
    #expect(Duration(text) == .microseconds(micros))
  }

  @Test(arguments: [
    "", "s", "ms", ".5s", "5.s", "1e3s", "1 s", "2m", "600.1s", "0x1s", "1.2.3s", "infs",
    "99999999999s", "٣s",
  ])
  func `other durations are refused`(text: String) {
    #expect(Duration(text) == nil)
  }
}
