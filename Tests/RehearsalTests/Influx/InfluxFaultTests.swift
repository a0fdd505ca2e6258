import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct InfluxFaultTests {
  @Test func `a fault is a word, some with a time`() {
    #expect(InfluxFault("down:10s") == .down(.seconds(10)))
    #expect(InfluxFault("slow:500ms") == .slow(.milliseconds(500)))
    #expect(InfluxFault("503") == .unavailable)
    #expect(InfluxFault("reset") == .reset)
  }

  @Test(arguments: ["down:10s", "down:0.25s", "slow:5s", "503", "reset"])
  func `a fault is said as it is typed`(text: String) { #expect(InfluxFault(text)?.text == text) }

  @Test(arguments: [
    "", "down", "slow", "down:", "down:10", "503:1s", "reset:1s", "up:1s", "down:1s:2s", "500",
  ])
  func `anything else is none`(text: String) {
    #expect(InfluxFault(text) == nil)
  }
}
