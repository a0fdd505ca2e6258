import Testing

@testable import Comparison
@testable import Rehearsal

struct LiveViewTests {
  private var snapshot: LiveSnapshot {
    var row = LiveRow(row: "4")
    row.state = .phase(.deploy)
    (row.updated, row.wanted, row.starting, row.ready, row.terminating) = (7, 13, 3, 13, 2)
    (row.requestsPerSecond, row.sent) = (397.6, 4_012)
    row.failures = [.eof: 9, .refused: 3]
    return LiveSnapshot(elapsed: 12.4, rows: [row])
  }

  @Test func `a picture holds phase, progress, pods, rate and failures by class`() {
    #expect(
      LiveView.lines(snapshot, columns: 200) == [
        "rehearsal, 12 s",
        "row  phase   rollout      starting  ready  ending  req/s   sent  failed",
        "  4  deploy  ###... 7/13         3     13       2    398  4,012      12",
        "",
        "row  refused  eof",
        "  4        3    9",
      ])
  }

  @Test func `nine rows that fail in every way fit a terminal of 80 by 24`() {
    let rows = (1...9).map { number in
      var row = snapshot.rows[0]
      row.row = "\(number)"
      row.state = .phase(.scaleDown)
      row.updated = 13
      row.sent = 123_456
      // A wrong answer is the one class that no step has.
      let outcomes = Outcome.failures.filter { $0 != .wrongAnswer }
      row.failures = Dictionary(uniqueKeysWithValues: outcomes.map { ($0, 99) })
      return row
    }
    let lines = LiveView.lines(LiveSnapshot(elapsed: 99, rows: rows), columns: 1000)
    #expect(lines.count <= 23)
    #expect(lines.allSatisfy { $0.count <= 79 })
  }

  @Test(arguments: [1, 2, 20, 79, 80]) func `no line is wider than the terminal`(columns: Int) {
    var view = LiveView()
    let frame = view.frame(snapshot, columns: columns, rows: 24)
    for line in frame.replacing("\u{1B}[J", with: "").split(separator: "\r\n") {
      #expect(line.replacing("\u{1B}[K", with: "").count <= max(1, columns - 1))
    }
  }

  @Test func `a picture is drawn over the last one, and no higher than the terminal`() {
    var view = LiveView()
    #expect(!view.frame(snapshot, columns: 100, rows: 24).contains("A\r"))
    #expect(view.frame(snapshot, columns: 100, rows: 24).hasPrefix("\u{1B}[6A\rrehearsal"))
    let small = view.frame(snapshot, columns: 100, rows: 3)
    #expect(small.hasPrefix("\u{1B}[2A\r"))
    #expect(small.count { $0 == "\r\n" } == 2)
    #expect(view.clear(columns: 100, rows: 24) == "\u{1B}[2A\r\u{1B}[J")
    #expect(view.clear(columns: 100, rows: 24).isEmpty)
  }

  @Test func `lines that a narrower terminal has broken are all taken back`() {
    var view = LiveView()
    _ = view.frame(snapshot, columns: 100, rows: 24)
    // Two of the six lines have 75 columns and take two lines of 40 each.
    #expect(view.frame(snapshot, columns: 40, rows: 24).hasPrefix("\u{1B}[8A\r\u{1B}[J"))
  }

  @Test func `without a terminal there is a line for each row, free of control characters`() {
    #expect(
      LiveView.plainLines(snapshot) == [
        """
          12 s  row 4  deploy  rollout 7/13  pods 3 starting, 13 ready, 2 ending  398 req/s  sent \
        4,012  failed 12: 3 refused, 9 eof
        """
      ])
  }
}
