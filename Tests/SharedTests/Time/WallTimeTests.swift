import Testing

@testable import Shared

@Suite struct WallTimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_399_999, "2000-02-28T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
    (1_735_689_600_000, "2025-01-01T00:00:00.000Z"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
  ])
  func `a timestamp is UTC with milliseconds`(milliseconds: Int64, expected: String) {
    var bytes: [UInt8] = []
    WallTime(nanoseconds: milliseconds * 1_000_000).appendTimestamp(to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}
