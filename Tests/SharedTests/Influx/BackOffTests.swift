import Testing

@testable import Shared

@Suite struct BackOffTests {
  @Test func `each failure waits twice as long, up to a limit`() {
    var backOff = BackOff()
    let delays = (0..<8).map { _ in backOff.next(share: 1) }
    #expect(delays == [100, 200, 400, 800, 1600, 2000, 2000, 2000].map { .milliseconds($0) })
    backOff.reset()
    #expect(backOff.next(share: 1) == .milliseconds(100))
  }

  @Test func `chance takes up to a half away`() {
    var (shortest, random) = (BackOff(), BackOff())
    #expect(shortest.next(share: 0) == .milliseconds(50))
    #expect((.milliseconds(50) ... .milliseconds(100)).contains(random.next()))
  }

  @Test func `what the server asks for is honoured`() {
    var backOff = BackOff()
    #expect(backOff.next(asked: .seconds(7), share: 1) == .seconds(7))
    #expect(backOff.next(asked: .zero, share: 1) == .milliseconds(200))
    #expect(backOff.next(asked: .seconds(7), left: .seconds(7), share: 1) == .seconds(7))
  }

  @Test func `unless it does not fit before the deadline, or is beyond reason`() {
    var backOff = BackOff()
    #expect(backOff.next(asked: .seconds(7), left: .seconds(6), share: 1) == .milliseconds(100))
    #expect(backOff.next(asked: .seconds(61), share: 1) == .milliseconds(200))
  }
}
