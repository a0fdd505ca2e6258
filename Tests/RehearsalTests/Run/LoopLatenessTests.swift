import Testing

@testable import Comparison
@testable import Rehearsal

struct LoopLatenessTests {
  @Test func `a loop that wakes in time is believed`() {
    var pulse = LoopLateness()
    for _ in 0..<100 { pulse.beat(LoopLateness.period + .milliseconds(20)) }
    #expect(pulse.complaints.isEmpty)
  }

  @Test func `a few late wake-ups are not held against it, many are`() {
    var pulse = LoopLateness()
    for _ in 0..<97 { pulse.beat(LoopLateness.period) }
    for _ in 0..<3 { pulse.beat(LoopLateness.period + .milliseconds(900)) }
    #expect(pulse.complaints.isEmpty)
    for _ in 0..<10 { pulse.beat(LoopLateness.period + .milliseconds(300)) }
    #expect(pulse.complaints.count == 1)
    #expect(pulse.complaints.first?.contains("at most 100 ms") == true)
  }

  @Test func `one long stall is too much, however rare it is`() {
    var pulse = LoopLateness()
    for _ in 0..<10_000 { pulse.beat(LoopLateness.period) }
    pulse.beat(LoopLateness.period + .milliseconds(1_500))
    #expect(
      pulse.complaints == ["the harness stood still for 1500 ms, at most 1000 ms is allowed"])
  }

  @Test func `the rate counts since the last look`() {
    var pulse = LoopLateness()
    #expect(pulse.rate(sent: 50) == 0)
    #expect(pulse.rate(sent: 150) > 0)
    #expect(pulse.rate(sent: 150) == 0)
  }
}

struct BoardTests {
  @Test func `a row replaces its last state, and others stay`() {
    let board = Board(["3", "4"].map { LiveRow(row: $0) })
    var row = LiveRow(row: "4")
    row.sent = 7
    board.set(row)
    board.set(LiveRow(row: "9"))
    #expect(board.current.map(\.row) == ["3", "4"])
    #expect(board.current.map(\.sent) == [0, 7])
  }
}
