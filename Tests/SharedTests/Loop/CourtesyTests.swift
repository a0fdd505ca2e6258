import Testing

@testable import Shared

@Suite struct CourtesyTests {
  /// Yields at an instant for so long.
  private func yield(
    _ courtesy: inout Courtesy, at milliseconds: Int, for time: Duration
  ) -> Bool {
    let began = MonotonicTime(nanoseconds: 0) + .milliseconds(milliseconds)
    var now = began
    return courtesy.yield(clock: { now }, by: { now = began + time })
  }

  @Test func `a yield that is short is followed by others`() {
    var courtesy = Courtesy()
    for turn in 0..<10 { #expect(yield(&courtesy, at: turn, for: .microseconds(300))) }
  }

  @Test func `after one that took long there is none for a while`() {
    var courtesy = Courtesy()
    #expect(yield(&courtesy, at: 0, for: .milliseconds(4)))
    #expect(!yield(&courtesy, at: 5, for: .zero))
    #expect(!yield(&courtesy, at: 203, for: .zero))
    #expect(yield(&courtesy, at: 204, for: .microseconds(300)))
    #expect(yield(&courtesy, at: 205, for: .microseconds(300)))
  }
}
