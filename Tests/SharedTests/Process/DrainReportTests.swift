import Testing

@testable import Shared

@Suite struct DrainReportTests {
  private func report(_ change: (inout DrainReport) -> Void) -> DrainReport {
    var report = DrainReport()
    change(&report)
    return report
  }

  @Test func `what parts did at the same time took as long as the longest`() {
    let (one, other) = (report { $0.took = .seconds(2) }, report { $0.took = .seconds(3) })
    #expect((one + other).took == .seconds(3))
  }

  @Test func `stages took one after the other, and either's loss is a failure`() {
    var whole = report { $0.took = .seconds(2) }
    #expect(whole.exitCode == .success)
    whole += report {
      $0.undelivered = 1
      $0.took = .seconds(3)
    }
    #expect(whole.took == .seconds(5) && whole.undelivered == 1)
    #expect(whole.exitCode == .failure)
  }
}
