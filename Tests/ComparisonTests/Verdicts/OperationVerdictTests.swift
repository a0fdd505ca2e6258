import Testing

@testable import Comparison

/// Rows that log operations.
struct OperationVerdictTests {
  @Test(arguments: [(0, false), (1, true), (99, true), (100, false)])
  func `the acts that lose have to lose some operations, not all`(lost: Int, holds: Bool) {
    for row in ["6", "7"] {
      let result = JudgedRow.result(row) {
        $0.pods = [JudgedRow.pod(code: 0, stopping: 5)]
        $0.audit = Audit()
        $0.audit?.answered = 100
        $0.audit?.lost = lost
      }
      #expect(JudgedRow.verdict(result)?.findings.last?.holds == holds)
    }
  }

  @Test func `a loss that no shutdown explains is not the one that the talk is about`() {
    for row in ["6", "7"] {
      let random = JudgedRow.result(row) {
        $0.pods = [JudgedRow.pod(code: 0, stopping: 5)]
        $0.audit = Audit()
        $0.audit?.answered = 1000
        $0.audit?.lost = 60
        $0.audit?.lostElsewhere = 12
      }
      #expect(JudgedRow.verdict(random)?.word == "FAILS")
      #expect(
        JudgedRow.verdict(random)?.own.last?.seen == "60 of 1,000 lost, 12 of them by no shutdown")
      var shutdown = random
      shutdown.audit?.lostElsewhere = 0
      #expect(JudgedRow.verdict(shutdown)?.word == "holds")
    }
  }

  @Test func `too few operations refute no loss`() {
    let few = JudgedRow.result("6") {
      $0.pods = [JudgedRow.pod(code: 0, stopping: 5)]
      $0.audit = Audit()
      $0.audit?.answered = 50
    }
    #expect(JudgedRow.verdict(few)?.word == "not judged")
    #expect(JudgedRow.verdict(few)?.own.last?.seen == "0 of 50 lost; it takes 93 to judge")
  }

  @Test(arguments: ["6", "6g", "7", "7g"])
  func `what is logged and was never sent fails`(row: String) {
    let strange = JudgedRow.result(row) {
      $0.pods = [JudgedRow.pod(code: 0, stopping: 5)]
      $0.audit = Audit()
      $0.audit?.answered = 100
      $0.audit?.lost = row.count == 1 ? 10 : 0
      $0.audit?.unknown = 1
    }
    #expect(
      JudgedRow.verdict(strange)?.findings.filter { $0.holds == false }.map(\.seen) == [
        "1 operation"
      ])
  }

  @Test func `under a fault of InfluxDB a pod may say by 1 that it got no confirmation`() {
    var faulty = JudgedRow.result("7g") {
      $0.pods = [JudgedRow.pod(code: 1, stopping: 2)]
      $0.parameters.influxFault = "503"
      $0.audit = Audit()
      $0.audit?.answered = 100
      $0.audit?.undelivered = 7
    }
    #expect(JudgedRow.verdict(faulty)?.word == "holds")
    // InfluxDB may have stored what it did not confirm.
    faulty.audit?.undelivered = 0
    #expect(JudgedRow.verdict(faulty)?.word == "holds")
    faulty.pods = [JudgedRow.pod(code: 2, stopping: 2)]
    #expect(JudgedRow.verdict(faulty)?.word == "FAILS")
    faulty.pods = [JudgedRow.pod(code: 1, stopping: 2)]
    faulty.parameters.influxFault = nil
    #expect(JudgedRow.verdict(faulty)?.word == "FAILS")
  }
}
