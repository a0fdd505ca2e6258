import Testing

@testable import Comparison

struct VerdictTests {
  private func result(
    _ row: String, phases: [Phase] = Phase.allCases, _ edit: (inout RowResult) -> Void
  ) -> RowResult {
    var parameters = Parameters()
    parameters.phases = phases
    var result = RowResult(row: row, parameters: parameters)
    result.counts.add(.steady, .tcp, .fresh, .ok, 1000)
    edit(&result)
    return result
  }

  private func verdict(_ results: RowResult...) -> Verdict? {
    Verdict.judge(results).first?.verdict
  }

  private func pod(code: Int, stopping: Double, cut: Int? = nil) -> PodTimeline {
    var pod = PodTimeline(name: "p", address: "127.1.0.1")
    pod.deletedIn = .deploy
    pod.ready = 5
    pod.deletion = 10
    pod.exit = 10 + stopping
    pod.code = code
    pod.cut = cut
    return pod
  }

  @Test func `row 1 has to fail on deploy and on scale-up`() {
    let both = result("1") {
      $0.counts.add(.deploy, .tcp, .fresh, .refused)
      $0.counts.add(.scaleUp, .http, .fresh, .http503)
    }
    #expect(verdict(both)?.word == "holds")
    let one = result("1") { $0.counts.add(.deploy, .tcp, .fresh, .refused) }
    #expect(verdict(one)?.word == "FAILS")
    #expect(verdict(one)?.findings.map(\.holds) == [true, false])
  }

  @Test(arguments: [Outcome.eof, .reset, .http502, .httpOther])
  func `row 1 does not hold for what is cut when a pod is killed`(outcome: Outcome) {
    let cut = result("1") {
      $0.counts.add(.deploy, .tcp, .keepalive, outcome, 5)
      $0.counts.add(.scaleUp, .tcp, .fresh, .refused)
    }
    #expect(verdict(cut)?.findings.map(\.holds) == [false, true])
  }

  @Test func `a claim about a phase that was not run is not judged`() {
    let deploy = result("1", phases: [.deploy]) { $0.counts.add(.deploy, .tcp, .fresh, .refused) }
    #expect(verdict(deploy)?.findings.count == 1)
    #expect(verdict(deploy)?.holds == true)
    let steady = result("1", phases: [.steady]) { _ in }
    #expect(verdict(steady)?.word == "not judged")
    #expect(verdict(result("4", phases: [.steady, .scaleUp]) { _ in })?.word == "not judged")
  }

  @Test
  func
    `row 2 may lose pooled connections, but no fresh one through tcp, and its old pods are killed after the grace`()
  {
    let good = result("2") {
      $0.counts.add(.deploy, .tcp, .keepalive, .eof, 5)
      $0.counts.add(.deploy, .http, .fresh, .http502, 5)
      $0.pods = [
        pod(code: 137, stopping: 30.02), pod(code: 137, stopping: 29.9),
        PodTimeline(name: "new", address: "127.1.0.2"),
      ]
    }
    #expect(verdict(good)?.word == "holds")
    #expect(verdict(good)?.findings.last?.seen == "2 of 2 old pods, after 29.9 to 30.0 s")
    var fresh = good
    fresh.counts.add(.deploy, .tcp, .fresh, .refused)
    #expect(verdict(fresh)?.word == "FAILS")
    for bad in [
      pod(code: 0, stopping: 30), pod(code: 137, stopping: 5), pod(code: 143, stopping: 0),
    ] {
      var other = good
      other.pods.append(bad)
      #expect(verdict(other)?.word == "FAILS")
    }
    var none = good
    none.pods = []
    #expect(verdict(none)?.word == "FAILS")
  }

  @Test func `row 2 is not judged on clients that were not there`() {
    var keepalive = result("2") { $0.pods = [pod(code: 137, stopping: 30)] }
    keepalive.parameters.kinds = [.keepalive]
    #expect(verdict(keepalive)?.findings.count == 1)
  }

  @Test(arguments: [Outcome.eof, .reset, .http502]) func `row 3 has to cut requests`(
    outcome: Outcome
  ) {
    func row3(_ outcome: Outcome) -> RowResult {
      result("3") {
        $0.counts.add(.deploy, .tcp, .fresh, outcome)
        $0.pods = [pod(code: 1, stopping: 0.1)]
      }
    }
    #expect(verdict(row3(outcome))?.word == "holds")
    #expect(verdict(row3(.refused))?.word == "FAILS")
  }

  @Test(arguments: ["3", "4", "5", "6", "6g", "7", "7g"])
  func `from row 3 on no old pod may need SIGKILL, whatever else is seen`(
    row: String
  ) {
    let killed = result(row) {
      $0.pods = [pod(code: 0, stopping: 2, cut: 0), pod(code: 137, stopping: 30, cut: 0)]
      $0.counts.add(.deploy, .tcp, .keepalive, .eof)
    }
    let finding = verdict(killed)?.findings.first {
      $0.claim == "every old pod ends by itself, within its grace of 30 s"
    }
    #expect(finding?.holds == false)
    #expect(finding?.seen == "1 of 2 old pods killed")
    var other = killed
    other.pods[1].code = 1
    #expect(verdict(other)?.findings.first { $0.claim == finding?.claim }?.holds == true)
    other.pods = []
    #expect(verdict(other)?.findings.first { $0.claim == finding?.claim }?.holds == false)
  }

  @Test func `pods whose end nobody saw are not judged`() {
    let unseen = result("5") {
      $0.pods = [pod(code: 0, stopping: 2)]
      $0.pods[0].code = nil
    }
    #expect(verdict(unseen)?.findings.map(\.holds) == [true, nil])
  }

  private func row4(failed: Int = 10, cut: Int = 0, reported: Int? = 0) -> RowResult {
    result("4") {
      $0.counts.add(.deploy, .tcp, .fresh, .refused, failed)
      $0.counts.add(.deploy, .tcp, .fresh, .eof, cut)
      $0.pods = [pod(code: 0, stopping: 2, cut: 0), pod(code: 0, stopping: 2, cut: reported)]
    }
  }

  @Test func `row 4 still fails, but its pods cut nothing`() {
    let row3 = result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 200) }
    #expect(verdict(row4(), row3)?.word == "holds")
    #expect(verdict(row4(failed: 0), row3)?.word == "FAILS")
    // It is not to fail by what it cuts.
    #expect(verdict(row4(failed: 0, cut: 2), row3)?.word == "FAILS")
    #expect(verdict(row4(reported: 1), row3)?.word == "FAILS")
    #expect(verdict(row4(reported: nil), row3)?.word == "FAILS")
    #expect(verdict(row4(cut: 4), row3)?.word == "holds")
    #expect(verdict(row4(cut: 5), row3)?.word == "FAILS")
  }

  @Test func `a pod that stopped before it was ready has nothing to report`() {
    var row = row4(reported: nil)
    row.pods[1].ready = nil
    #expect(verdict(row)?.word == "holds")
  }

  @Test func `row 4 without row 3 is judged on what can be checked, and says what was not`() {
    #expect(verdict(row4(cut: 2))?.findings.map(\.holds) == [true, true, true, true])
    let verdict = verdict(row4(cut: 5))
    #expect(verdict?.findings.map(\.holds) == [true, true, true, nil])
    #expect(verdict?.findings.last?.seen == "5 cut, but row 3 was not run")
    #expect(verdict?.word == "holds")
  }

  @Test func `with a short lag row 4 fails at most half as often as row 3`() {
    var four = row4(failed: 50)
    four.parameters.lag = 0.05
    var three = result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 100) }
    #expect(verdict(four, three)?.findings.map(\.holds) == [true, true, true, true, true])
    three = result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 99) }
    #expect(verdict(four, three)?.word == "FAILS")
    four.parameters.lag = 1
    #expect(verdict(four, three)?.findings.count == 4)
  }

  @Test func `row 5 holds only when requests were sent and none failed`() {
    let pods = [pod(code: 0, stopping: 7)]
    #expect(verdict(result("5") { $0.pods = pods })?.word == "holds")
    let failed = result("5") {
      $0.pods = pods
      $0.counts.add(.scaleDown, .http, .keepalive, .timeout)
    }
    #expect(verdict(failed)?.findings.map(\.holds) == [false, true])
    #expect(verdict(RowResult(row: "5", parameters: Parameters()))?.word == "FAILS")
  }

  @Test(arguments: [(0, false), (1, true), (99, true), (100, false)])
  func `the acts that lose have to lose some operations, not all`(lost: Int, holds: Bool) {
    for row in ["6", "7"] {
      let result = result(row) {
        $0.pods = [pod(code: 0, stopping: 5)]
        $0.audit = Audit()
        $0.audit?.answered = 100
        $0.audit?.lost = lost
      }
      #expect(verdict(result)?.findings.last?.holds == holds)
    }
  }

  @Test
  func
    `a row does not hold on a machine that was too slow or when the harness failed itself, and says so`()
  {
    let slow = result("5") {
      $0.harness.believed = false
      $0.harness.reasons = ["a timer was 700 ms late"]
    }
    #expect(verdict(slow)?.holds == false)
    #expect(verdict(slow)?.word == "no verdict")
    #expect(
      verdict(slow)?.findings.first?.seen == "the machine was too slow; a timer was 700 ms late")
    let own = result("5") { $0.harness.ownFailures = 3 }
    #expect(verdict(own)?.holds == false)
    #expect(verdict(own)?.findings.first?.seen == "3 failures of the harness's own")
  }
}
