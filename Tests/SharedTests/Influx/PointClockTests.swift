import Testing

@testable import Shared

@Suite struct PointClockTests {
  @Test func `timestamps increase when the clock stands still, steps back, and goes on`() {
    var clock = PointClock()
    #expect(
      [100, 100, 50, 101, 104, 90].map { clock.next(at: $0) } == [100, 101, 102, 103, 104, 105])
  }

  @Test func `without a given time it is the wall clock's, in nanoseconds`() {
    var clock = PointClock()
    let before = WallTime.now.nanoseconds
    let first = clock.next()
    #expect(clock.next() > first)
    #expect((before...WallTime.now.nanoseconds).contains(first))
  }
}
