import Testing

@testable import Comparison

struct TextTests {
  @Test func `numbers are grouped and rounded`() {
    #expect(
      [0, 999, 1_000, 1_234_567, -1_000].map(\.grouped) == [
        "0", "999", "1,000", "1,234,567", "-1,000",
      ])
    #expect(
      [0.04, 0.05, 9.99, -0.01].map { $0.fixed() } == ["0.0", "0.1", "10.0", "0.0"])
    #expect(Double.infinity.fixed() == "–")
    #expect(12.345.fixed(2) == "12.35")
    #expect([0, 1, 2].map { $0.of("pod") } == ["0 pods", "1 pod", "2 pods"])
  }

  @Test func `text is filled up and cut to a width`() {
    #expect("ab".padded(to: 4) == "ab  ")
    #expect("ab".aligned(to: 4) == "  ab")
    #expect(["abc".cut(to: 3), "abcd".cut(to: 3), "abcd".cut(to: 0)] == ["abc", "ab…", ""])
  }
}
