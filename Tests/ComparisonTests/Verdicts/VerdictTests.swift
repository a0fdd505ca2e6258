import Libc
import Testing

@testable import Comparison

/// Rows 1 to 5.
struct VerdictTests {
  @Test func `row 1 has to fail on deploy and on scale-up`() {
    let both = JudgedRow.result("1") {
      $0.counts.add(.deploy, .tcp, .fresh, .refused)
      $0.counts.add(.scaleUp, .http, .fresh, .http503)
    }
    #expect(JudgedRow.verdict(both)?.word == "holds")
    let one = JudgedRow.result("1") { $0.counts.add(.deploy, .tcp, .fresh, .refused) }
    #expect(JudgedRow.verdict(one)?.word == "FAILS")
    #expect(JudgedRow.verdict(one)?.own.map(\.holds) == [true, false])
  }

  @Test(arguments: [Outcome.eof, .reset, .http502, .httpOther])
  func `row 1 does not hold for what is cut when a pod is killed`(outcome: Outcome) {
    let cut = JudgedRow.result("1") {
      $0.counts.add(.deploy, .tcp, .keepalive, outcome, 5)
      $0.counts.add(.scaleUp, .tcp, .fresh, .refused)
    }
    #expect(JudgedRow.verdict(cut)?.own.map(\.holds) == [false, true])
  }

  @Test func `a claim about a phase that was not run is not judged`() {
    let deploy = JudgedRow.result("1", phases: [.deploy]) {
      $0.counts.add(.deploy, .tcp, .fresh, .refused)
    }
    #expect(JudgedRow.verdict(deploy)?.own.count == 1)
    #expect(JudgedRow.verdict(deploy)?.holds == true)
    let steady = JudgedRow.result("1", phases: [.steady]) { _ in }
    #expect(JudgedRow.verdict(steady)?.word == "not judged")
    #expect(
      JudgedRow.verdict(JudgedRow.result("4", phases: [.steady, .scaleUp]) { _ in })?.word
        == "not judged")
  }

  @Test
  func
    `row 2 may lose pooled connections, no fresh one through tcp, and its old pods are killed`()
  {
    let good = JudgedRow.result("2") {
      $0.counts.add(.deploy, .tcp, .keepalive, .eof, 5)
      $0.counts.add(.deploy, .http, .fresh, .http502, 5)
      $0.pods = [
        JudgedRow.pod(code: 137, stopping: 30.02), JudgedRow.pod(code: 137, stopping: 29.9),
        // The machine was busy when it saw the exit.
        JudgedRow.pod(code: 137, stopping: 31.8),
        PodTimeline(name: "new", address: "127.1.0.2"),
      ]
    }
    #expect(JudgedRow.verdict(good)?.word == "holds")
    #expect(JudgedRow.verdict(good)?.findings.last?.seen == "3 of 3 old pods, after 29.9 to 31.8 s")
    var fresh = good
    fresh.counts.add(.deploy, .tcp, .fresh, .refused)
    #expect(JudgedRow.verdict(fresh)?.word == "FAILS")
    for bad in [
      JudgedRow.pod(code: 0, stopping: 30), JudgedRow.pod(code: 137, stopping: 5),
      JudgedRow.pod(code: 143, stopping: 0),
    ] {
      var other = good
      other.pods.append(bad)
      #expect(JudgedRow.verdict(other)?.word == "FAILS")
    }
    var none = good
    none.pods = []
    #expect(JudgedRow.verdict(none)?.word == "FAILS")
  }

  @Test func `row 2 is not judged on clients that were not there`() {
    var keepalive = JudgedRow.result("2") { $0.pods = [JudgedRow.pod(code: 137, stopping: 30)] }
    keepalive.parameters.kinds = [.keepalive]
    #expect(JudgedRow.verdict(keepalive)?.own.count == 1)
  }

  @Test(arguments: [Outcome.eof, .reset, .http502]) func `row 3 has to cut requests`(
    outcome: Outcome
  ) {
    func row3(_ outcome: Outcome) -> RowResult {
      JudgedRow.result("3") {
        $0.counts.add(.deploy, .tcp, .fresh, outcome)
        $0.pods = [JudgedRow.pod(code: 1, stopping: 0.1)]
      }
    }
    #expect(JudgedRow.verdict(row3(outcome))?.word == "holds")
    #expect(JudgedRow.verdict(row3(.refused))?.word == "FAILS")
    var few = row3(.refused)
    few.counts = Counts()
    few.counts.add(.deploy, .tcp, .keepalive, .ok, 100)
    #expect(JudgedRow.verdict(few)?.word == "not judged")
  }

  private func row4(failed: Int = 10, cut: Int = 0, reported: Int? = 0) -> RowResult {
    JudgedRow.result("4") {
      $0.counts.add(.deploy, .tcp, .fresh, .refused, failed)
      $0.counts.add(.deploy, .tcp, .fresh, .eof, cut)
      $0.pods = [
        JudgedRow.pod(code: 0, stopping: 2, cut: 0),
        JudgedRow.pod(code: 0, stopping: 2, cut: reported),
      ]
    }
  }

  @Test func `row 4 still fails, but its pods cut nothing`() {
    let row3 = JudgedRow.result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 200) }
    #expect(JudgedRow.verdict(row4(), row3)?.word == "holds")
    #expect(JudgedRow.verdict(row4(failed: 0), row3)?.word == "FAILS")
    // It is not to fail by what it cuts.
    #expect(JudgedRow.verdict(row4(failed: 0, cut: 2), row3)?.word == "FAILS")
    #expect(JudgedRow.verdict(row4(reported: 1), row3)?.word == "FAILS")
    #expect(JudgedRow.verdict(row4(reported: nil), row3)?.word == "FAILS")
    #expect(JudgedRow.verdict(row4(cut: 4), row3)?.word == "holds")
    #expect(JudgedRow.verdict(row4(cut: 5), row3)?.word == "FAILS")
  }

  @Test func `a pod that stopped before it was ready has nothing to report`() {
    var row = row4(reported: nil)
    row.pods[1].ready = nil
    #expect(JudgedRow.verdict(row)?.word == "holds")
  }

  @Test func `row 4 without row 3 is judged on what can be checked, and says what was not`() {
    #expect(JudgedRow.verdict(row4(cut: 2))?.own.map(\.holds) == [true, true, true, true])
    let verdict = JudgedRow.verdict(row4(cut: 5))
    #expect(verdict?.own.map(\.holds) == [true, true, true, nil])
    #expect(verdict?.findings.last?.seen == "5 cut, but row 3 was not run")
    #expect(verdict?.word == "holds")
  }

  @Test func `with a short lag row 4 fails at most half as often as row 3`() {
    var four = row4(failed: 50)
    four.parameters.lag = 0.05
    var three = JudgedRow.result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 100) }
    #expect(JudgedRow.verdict(four, three)?.own.map(\.holds) == [true, true, true, true, true])
    three = JudgedRow.result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 99) }
    #expect(JudgedRow.verdict(four, three)?.word == "FAILS")
    four.parameters.lag = 1
    #expect(JudgedRow.verdict(four, three)?.own.count == 4)
  }

  @Test func `row 5 holds only when requests were sent and none failed`() {
    let pods = [JudgedRow.pod(code: 0, stopping: 7)]
    #expect(JudgedRow.verdict(JudgedRow.result("5") { $0.pods = pods })?.word == "holds")
    let failed = JudgedRow.result("5") {
      $0.pods = pods
      $0.counts.add(.scaleDown, .http, .keepalive, .timeout)
    }
    #expect(JudgedRow.verdict(failed)?.own.map(\.holds) == [false, true])
    #expect(JudgedRow.verdict(RowResult(row: "5", parameters: Parameters()))?.word == "FAILS")
  }
}
