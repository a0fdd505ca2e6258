import Testing

@testable import Shared

@Suite struct ThrottleTests {
  @Test func `one event passes in each interval, with the number of those held back`() {
    var throttle = Throttle(.seconds(1))
    let start = MonotonicTime(nanoseconds: 0)
    #expect(throttle.pass(at: start) == 1)
    #expect(throttle.pass(at: start + .milliseconds(1)) == nil)
    #expect(throttle.pass(5, at: start + .milliseconds(999)) == nil)
    #expect(throttle.pass(at: start + .seconds(1)) == 7)
    #expect(throttle.pass(at: start + .milliseconds(1500)) == nil)
    #expect(throttle.takeHeld() == 1)
    #expect(throttle.takeHeld() == 0)
  }
}
