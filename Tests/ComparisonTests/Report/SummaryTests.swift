import Testing

@testable import Comparison

struct SummaryTests {
  private var results: [RowResult] {
    var good = RowResult(row: "5", parameters: Parameters())
    good.parameters.phases = [.steady]
    good.counts.add(.steady, .tcp, .fresh, .ok, 10)
    var bad = good
    bad.row = "6"
    bad.audit = Audit()
    bad.audit?.unknown = 1
    bad.audit?.answered = 10
    bad.counts.add(.steady, .tcp, .fresh, .eof)
    return Verdict.judge([good, bad])
  }

  @Test func `a summary has a line for each row, and whether all hold`() {
    let summary = Summary(results)
    #expect(!summary.holds)
    #expect(summary.rows.map(\.verdict) == ["holds", "FAILS"])
    #expect(summary.rows.map(\.failed) == [0, 1])
    #expect(summary.rows.map(\.lost) == [nil, 0])
    #expect(
      summary.rows[1].fails == [
        "no operation is logged that no client sent (1 operation)",
        "no request fails: no phase, door or kind (1 of 11)",
      ])
    #expect(Summary([results[0]]).holds)
  }

  @Test func `JUnit has a suite for each row and a test for each claim`() {
    let text = JUnitReport(results).text
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"))
    #expect(
      text.contains(
        #"<testsuite name="row 6" tests="2" failures="2" errors="0" skipped="0" time="0.000">"#))
    #expect(text.contains(#"<failure message="1 of 11"/>"#))
    #expect(text.hasSuffix("</testsuites>\n"))
  }

  @Test func `a harness that cannot be believed is an error, not a failure`() {
    var slow = results[0]
    slow.harness.isTrustworthy = false
    slow.harness.reasons = ["a < b & \"c\""]
    let text = JUnitReport(Verdict.judge([slow])).text
    #expect(text.contains(#"failures="0" errors="1""#))
    #expect(text.contains("a &lt; b &amp; &quot;c&quot;"))
  }
}
