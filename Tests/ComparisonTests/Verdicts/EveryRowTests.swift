import Testing

@testable import Comparison

/// What is claimed about every row, or about all that handle SIGTERM.
struct EveryRowTests {
  @Test(arguments: ["3", "4", "5", "6", "6g", "7", "7g"])
  func `from row 3 on no old pod may need SIGKILL, whatever else is seen`(
    row: String
  ) {
    let killed = JudgedRow.result(row) {
      $0.pods = [
        JudgedRow.pod(code: 0, stopping: 2, cut: 0), JudgedRow.pod(code: 137, stopping: 30, cut: 0),
      ]
      $0.counts.add(.deploy, .tcp, .keepalive, .eof)
    }
    let finding = JudgedRow.verdict(killed)?.findings.first {
      $0.claim == "every old pod ends by itself, within its grace of 30 s"
    }
    #expect(finding?.holds == false)
    #expect(finding?.seen == "1 of 2 old pods killed")
    var other = killed
    other.pods[1].code = 1
    #expect(JudgedRow.verdict(other)?.findings.first { $0.claim == finding?.claim }?.holds == true)
    other.pods = []
    #expect(JudgedRow.verdict(other)?.findings.first { $0.claim == finding?.claim }?.holds == false)
  }

  @Test func `pods whose exit code is not known are not judged`() {
    let unseen = JudgedRow.result("5") {
      $0.origin = .cluster
      $0.pods = [JudgedRow.pod(code: 0, stopping: 2)]
      $0.pods[0].code = nil
    }
    #expect(JudgedRow.verdict(unseen)?.own.map(\.holds) == [true, nil])
    var rehearsed = unseen
    rehearsed.origin = .rehearsal
    #expect(JudgedRow.verdict(rehearsed)?.own.map(\.holds) == [true, false])
  }

  @Test
  func
    `a row does not hold when the machine was too slow or the harness failed, and says so`()
  {
    let slow = JudgedRow.result("5") {
      $0.harness.isTrustworthy = false
      $0.harness.reasons = ["a timer was 700 ms late"]
    }
    #expect(JudgedRow.verdict(slow)?.holds == false)
    #expect(JudgedRow.verdict(slow)?.word == "no verdict")
    #expect(
      JudgedRow.verdict(slow)?.findings.first?.seen
        == "the machine was too slow; a timer was 700 ms late")
    let own = JudgedRow.result("5") { $0.harness.ownFailures = 3 }
    #expect(JudgedRow.verdict(own)?.holds == false)
    #expect(JudgedRow.verdict(own)?.findings.first?.seen == "3 failures of the harness's own")
  }

  @Test func `from row 4 on an exit code other than 0 fails`() {
    for row in ["4", "5", "6", "6g", "7", "7g"] {
      let bad = JudgedRow.result(row) { $0.pods = [JudgedRow.pod(code: 1, stopping: 2, cut: 0)] }
      let finding = JudgedRow.verdict(bad)?.findings.first {
        $0.claim.hasPrefix("every old pod exits with 0")
      }
      #expect(finding?.holds == false)
      #expect(finding?.seen == "1 of 1 old pod with another code")
    }
    let step3 = JudgedRow.result("3") { $0.pods = [JudgedRow.pod(code: 1, stopping: 0)] }
    #expect(
      JudgedRow.verdict(step3)?.findings.contains { $0.claim.contains("exits with 0") } == false)
  }

  @Test func `a restart fails every row`() {
    for row in Row.all {
      let restarted = JudgedRow.result(row.name) {
        $0.pods = [PodTimeline(name: "p", address: "127.1.0.1")]
        $0.pods[0].restarts = 2
      }
      #expect(
        JudgedRow.verdict(restarted)?.findings.first { $0.claim == "no container is restarted" }?
          .seen
          == "2 restarts")
      #expect(JudgedRow.verdict(restarted)?.word == "FAILS")
    }
  }

  @Test func `a wrong answer fails every row`() {
    for row in Row.all {
      let wrong = JudgedRow.result(row.name) { $0.counts.add(.steady, .tcp, .fresh, .wrongAnswer) }
      #expect(JudgedRow.verdict(wrong)?.word == "FAILS")
      #expect(
        JudgedRow.verdict(wrong)?.findings.contains {
          $0.holds == false
            && ["no answer is wrong", "no request fails: no phase, door or kind"].contains($0.claim)
        } == true)
    }
  }

  @Test func `that no request failed says nothing when no SIGTERM came under load`() {
    var quiet = JudgedRow.result("5", phases: [.scaleUp, .scaleDown]) {
      $0.pods = [JudgedRow.pod(code: 0, stopping: 7)]
      ($0.pods[0].deletedIn, $0.pods[0].sigterm, $0.pods[0].lastRequest) = (.scaleDown, 15, 14.5)
      $0.loadEnd = 13
    }
    #expect(JudgedRow.verdict(quiet)?.word == "not judged")
    #expect(
      JudgedRow.verdict(quiet)?.own.first?.seen
        == "0 of 4,000; no SIGTERM came under load in scale-down")
    quiet.loadEnd = 15.1
    #expect(JudgedRow.verdict(quiet)?.word == "holds")
    // It had no client any more.
    quiet.pods[0].lastRequest = 13
    #expect(JudgedRow.verdict(quiet)?.word == "not judged")
    // Another phase was put to the test.
    quiet.parameters.phases = Phase.allCases
    var deployed = quiet.pods[0]
    (deployed.deletedIn, deployed.lastRequest) = (.deploy, 14.9)
    quiet.pods.append(deployed)
    #expect(JudgedRow.verdict(quiet)?.word == "holds")
    #expect(JudgedRow.verdict(quiet)?.own.first?.seen.hasSuffix("under load in scale-down") == true)
    quiet.counts.add(.scaleDown, .tcp, .fresh, .eof)
    #expect(JudgedRow.verdict(quiet)?.word == "FAILS")
  }
}
