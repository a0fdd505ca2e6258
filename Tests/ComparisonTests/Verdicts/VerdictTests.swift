import Libc
import Testing

@testable import Comparison

struct VerdictTests {
  private func result(
    _ row: String, phases: [Phase] = Phase.allCases, _ edit: (inout RowResult) -> Void
  ) -> RowResult {
    var parameters = Parameters()
    parameters.phases = phases
    var result = RowResult(row: row, parameters: parameters)
    for phase in phases {
      for kind in ClientKind.allCases { result.counts.add(phase, .tcp, kind, .ok, 1000) }
    }
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
    #expect(verdict(one)?.own.map(\.holds) == [true, false])
  }

  @Test(arguments: [Outcome.eof, .reset, .http502, .httpOther])
  func `row 1 does not hold for what is cut when a pod is killed`(outcome: Outcome) {
    let cut = result("1") {
      $0.counts.add(.deploy, .tcp, .keepalive, outcome, 5)
      $0.counts.add(.scaleUp, .tcp, .fresh, .refused)
    }
    #expect(verdict(cut)?.own.map(\.holds) == [false, true])
  }

  @Test func `a claim about a phase that was not run is not judged`() {
    let deploy = result("1", phases: [.deploy]) { $0.counts.add(.deploy, .tcp, .fresh, .refused) }
    #expect(verdict(deploy)?.own.count == 1)
    #expect(verdict(deploy)?.holds == true)
    let steady = result("1", phases: [.steady]) { _ in }
    #expect(verdict(steady)?.word == "not judged")
    #expect(verdict(result("4", phases: [.steady, .scaleUp]) { _ in })?.word == "not judged")
  }

  @Test
  func
    `row 2 may lose pooled connections, no fresh one through tcp, and its old pods are killed`()
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
    #expect(verdict(keepalive)?.own.count == 1)
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
    var few = row3(.refused)
    few.counts = Counts()
    few.counts.add(.deploy, .tcp, .keepalive, .ok, 100)
    #expect(verdict(few)?.word == "not judged")
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
      $0.origin = .cluster
      $0.pods = [pod(code: 0, stopping: 2)]
      $0.pods[0].code = nil
    }
    #expect(verdict(unseen)?.own.map(\.holds) == [true, nil])
    var rehearsed = unseen
    rehearsed.origin = .rehearsal
    #expect(verdict(rehearsed)?.own.map(\.holds) == [true, false])
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
    #expect(verdict(row4(cut: 2))?.own.map(\.holds) == [true, true, true, true])
    let verdict = verdict(row4(cut: 5))
    #expect(verdict?.own.map(\.holds) == [true, true, true, nil])
    #expect(verdict?.findings.last?.seen == "5 cut, but row 3 was not run")
    #expect(verdict?.word == "holds")
  }

  @Test func `with a short lag row 4 fails at most half as often as row 3`() {
    var four = row4(failed: 50)
    four.parameters.lag = 0.05
    var three = result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 100) }
    #expect(verdict(four, three)?.own.map(\.holds) == [true, true, true, true, true])
    three = result("3") { $0.counts.add(.deploy, .tcp, .fresh, .eof, 99) }
    #expect(verdict(four, three)?.word == "FAILS")
    four.parameters.lag = 1
    #expect(verdict(four, three)?.own.count == 4)
  }

  @Test func `row 5 holds only when requests were sent and none failed`() {
    let pods = [pod(code: 0, stopping: 7)]
    #expect(verdict(result("5") { $0.pods = pods })?.word == "holds")
    let failed = result("5") {
      $0.pods = pods
      $0.counts.add(.scaleDown, .http, .keepalive, .timeout)
    }
    #expect(verdict(failed)?.own.map(\.holds) == [false, true])
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
    `a row does not hold when the machine was too slow or the harness failed, and says so`()
  {
    let slow = result("5") {
      $0.harness.isTrustworthy = false
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

  @Test func `a loss that no shutdown explains is not the one that the talk is about`() {
    for row in ["6", "7"] {
      let random = result(row) {
        $0.pods = [pod(code: 0, stopping: 5)]
        $0.audit = Audit()
        $0.audit?.answered = 1000
        $0.audit?.lost = 60
        $0.audit?.lostElsewhere = 12
      }
      #expect(verdict(random)?.word == "FAILS")
      #expect(verdict(random)?.own.last?.seen == "60 of 1,000 lost, 12 of them by no shutdown")
      var shutdown = random
      shutdown.audit?.lostElsewhere = 0
      #expect(verdict(shutdown)?.word == "holds")
    }
  }

  @Test func `too few operations refute no loss`() {
    let few = result("6") {
      $0.pods = [pod(code: 0, stopping: 5)]
      $0.audit = Audit()
      $0.audit?.answered = 50
    }
    #expect(verdict(few)?.word == "not judged")
    #expect(verdict(few)?.own.last?.seen == "0 of 50 lost; it takes 93 to judge")
  }

  @Test(arguments: ["6", "6g", "7", "7g"])
  func `what is logged and was never sent fails`(row: String) {
    let strange = result(row) {
      $0.pods = [pod(code: 0, stopping: 5)]
      $0.audit = Audit()
      $0.audit?.answered = 100
      $0.audit?.lost = row.count == 1 ? 10 : 0
      $0.audit?.unknown = 1
    }
    #expect(verdict(strange)?.findings.filter { $0.holds == false }.map(\.seen) == ["1 operation"])
  }

  @Test func `from row 4 on an exit code other than 0 fails`() {
    for row in ["4", "5", "6", "6g", "7", "7g"] {
      let bad = result(row) { $0.pods = [pod(code: 1, stopping: 2, cut: 0)] }
      let finding = verdict(bad)?.findings.first {
        $0.claim.hasPrefix("every old pod exits with 0")
      }
      #expect(finding?.holds == false)
      #expect(finding?.seen == "1 of 1 old pod with another code")
    }
    let step3 = result("3") { $0.pods = [pod(code: 1, stopping: 0)] }
    #expect(verdict(step3)?.findings.contains { $0.claim.contains("exits with 0") } == false)
  }

  @Test func `under a fault of InfluxDB a pod may say by 1 that it got no confirmation`() {
    var faulty = result("7g") {
      $0.pods = [pod(code: 1, stopping: 2)]
      $0.parameters.influxFault = "503"
      $0.audit = Audit()
      $0.audit?.answered = 100
      $0.audit?.undelivered = 7
    }
    #expect(verdict(faulty)?.word == "holds")
    // InfluxDB may have stored what it did not confirm.
    faulty.audit?.undelivered = 0
    #expect(verdict(faulty)?.word == "holds")
    faulty.pods = [pod(code: 2, stopping: 2)]
    #expect(verdict(faulty)?.word == "FAILS")
    faulty.pods = [pod(code: 1, stopping: 2)]
    faulty.parameters.influxFault = nil
    #expect(verdict(faulty)?.word == "FAILS")
  }

  @Test func `a restart fails every row`() {
    for row in Row.all {
      let restarted = result(row.name) {
        $0.pods = [PodTimeline(name: "p", address: "127.1.0.1")]
        $0.pods[0].restarts = 2
      }
      #expect(
        verdict(restarted)?.findings.first { $0.claim == "no container is restarted" }?.seen
          == "2 restarts")
      #expect(verdict(restarted)?.word == "FAILS")
    }
  }

  @Test func `a wrong answer fails every row`() {
    for row in Row.all {
      let wrong = result(row.name) { $0.counts.add(.steady, .tcp, .fresh, .wrongAnswer) }
      #expect(verdict(wrong)?.word == "FAILS")
      #expect(
        verdict(wrong)?.findings.contains {
          $0.holds == false
            && ["no answer is wrong", "no request fails: no phase, door or kind"].contains($0.claim)
        } == true)
    }
  }

  @Test func `that no request failed says nothing when no SIGTERM came under load`() {
    var quiet = result("5", phases: [.scaleUp, .scaleDown]) {
      $0.pods = [pod(code: 0, stopping: 7)]
      ($0.pods[0].deletedIn, $0.pods[0].sigterm, $0.pods[0].lastRequest) = (.scaleDown, 15, 14.5)
      $0.loadEnd = 13
    }
    #expect(verdict(quiet)?.word == "not judged")
    #expect(
      verdict(quiet)?.own.first?.seen == "0 of 4,000; no SIGTERM came under load in scale-down")
    quiet.loadEnd = 15.1
    #expect(verdict(quiet)?.word == "holds")
    // It had no client any more.
    quiet.pods[0].lastRequest = 13
    #expect(verdict(quiet)?.word == "not judged")
    // Another phase was put to the test.
    quiet.parameters.phases = Phase.allCases
    var deployed = quiet.pods[0]
    (deployed.deletedIn, deployed.lastRequest) = (.deploy, 14.9)
    quiet.pods.append(deployed)
    #expect(verdict(quiet)?.word == "holds")
    #expect(verdict(quiet)?.own.first?.seen.hasSuffix("under load in scale-down") == true)
    quiet.counts.add(.scaleDown, .tcp, .fresh, .eof)
    #expect(verdict(quiet)?.word == "FAILS")
  }
}

extension Verdict {
  /// Without what is claimed about every row, or every row that drains.
  fileprivate var own: [Finding] {
    findings.filter { finding in
      ![
        "no container is restarted", "no answer is wrong", "every old pod exits with 0",
        "no operation is logged that no client sent",
      ].contains(finding.claim)
    }
  }
}
