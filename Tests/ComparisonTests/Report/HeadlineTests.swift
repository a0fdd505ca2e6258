import Testing

@testable import Comparison

struct HeadlineTests {
  @Test(arguments: [1, 5, 8, 9])
  func `the headline fits 80 columns and 20 lines, whatever the numbers`(rows: Int) {
    let results = (0..<rows).map { index in
      var result = RowResult(row: index < 5 ? "\(index + 1)" : "6g", parameters: Parameters())
      result.counts.add(.deploy, .tcp, .fresh, .eof, 12_345_678)
      result.audit = Audit()
      result.audit?.lost = 1_234_567
      result.harness.isTrustworthy = false
      return result
    }
    let lines = Headline.lines(Verdict.judge(results))
    #expect(lines.count <= 20)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains { $0.hasSuffix("no verdict") })
  }

  @Test func `it says what was sent, failed, cut and lost, and the verdict as a word`() {
    var result = RowResult(row: "4", parameters: Parameters())
    result.counts.add(.deploy, .tcp, .fresh, .ok, 18_327)
    result.counts.add(.deploy, .tcp, .fresh, .refused, 170)
    result.counts.add(.deploy, .http, .keepalive, .http502, 2)
    #expect(
      Headline.lines(Verdict.judge([result])) == [
        "", "row  what is new    sent  failed  cut  lost  verdict", "",
        "  4  drainer      18,499     172    2     –  FAILS", "",
      ])
  }
}
