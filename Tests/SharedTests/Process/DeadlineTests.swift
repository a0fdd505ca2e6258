import Libc
import Testing

@testable import Shared
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct DeadlineTests {
  @Test func `work that ends in time is not cut`() async {
    let cuts = Record<String>()
    let result = await Deadline.after(.seconds(3600), or: nil) {
      cuts.append($0)
    } whileWaitingFor: {
      7
    }
    #expect(result == 7)
    #expect(cuts.values == [])
  }

  @Test func `a signal that comes as the work ends cuts it or is left to the next stage`() async {
    let signals = Signals.arm([SIGIO])
    let cuts = Record<String>()
    for _ in 0..<500 {
      await Deadline.after(.seconds(3600), or: signals) {
        cuts.append($0)
      } whileWaitingFor: {
        signals.putBack()
      }
    }
    // A lost signal would leave one of these waits without an end.
    for _ in 0..<500 - cuts.values.count { #expect(await signals.next()) }
  }

  @Test func `work that takes too long is cut, once`() async {
    let cuts = Record<String>()
    let gate = Gate()
    await Deadline.after(.milliseconds(10), or: nil) {
      cuts.append($0)
      gate.open()
    } whileWaitingFor: {
      await gate.pass()
    }
    #expect(cuts.values == ["not done within 0.01 seconds"])
  }
}
