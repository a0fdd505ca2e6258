import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct LedgerAuditTests {
  /// Client 0 had 5 requests, of which number 3 failed.
  private var ledger: Ledger {
    var ledger = Ledger(subject: "6", clients: 1)
    for number in 0..<5 {
      ledger.end(
        client: 0, .init(pod: PodID(number % 2), at: .seconds(number), in: .steady),
        isAnswered: number != 3)
    }
    return ledger
  }

  @Test func `what is answered and stored is logged`() {
    let audit = LedgerAudit(ledger, stored: ["6-0-0", "6-0-1", "6-0-2", "6-0-4"], traced: []).audit
    #expect(
      (audit.answered, audit.logged, audit.lost, audit.undelivered, audit.loggedTwice) == (
        4, 4, 0, 0, 0
      ))
  }

  @Test func `what is answered and nowhere is lost`() {
    let audit = LedgerAudit(ledger, stored: ["6-0-0"], traced: []).audit
    #expect((audit.logged, audit.lost) == (1, 3))
  }

  @Test
  func `what stands in standard error is not lost, and not counted when it is stored after all`() {
    let audit = LedgerAudit(
      ledger, stored: ["6-0-0"], traced: ["6-0-0", "6-0-1", "6-0-1", "6-0-3", "7-0-2"]
    ).audit
    #expect((audit.undelivered, audit.lost) == (1, 2))
  }

  @Test func `an id with two points is logged twice`() {
    let audit = LedgerAudit(ledger, stored: ["6-0-0", "6-0-0", "6-0-0", "6-0-1"], traced: []).audit
    #expect((audit.logged, audit.loggedTwice, audit.lost) == (2, 1, 2))
  }

  @Test func `what failed for the client and is stored makes up for nothing that is lost`() {
    let audit = LedgerAudit(ledger, stored: ["6-0-3", "6-0-0"], traced: []).audit
    #expect((audit.logged, audit.loggedThoughFailed, audit.lost) == (2, 1, 3))
  }

  @Test func `what was never sent is strange`() {
    #expect(LedgerAudit(ledger, stored: ["6-0-9", "x"], traced: []).audit.unknown == 2)
  }

  /// Pod 0 answered numbers 0, 2 and 4, at as many seconds; pod 1 number 1.
  private func lost(
    stored: StoredOperations = [], exit: Int?, holds: Int, phase: Phase? = .deploy
  ) -> LedgerAudit {
    LedgerAudit(
      ledger, stored: stored, traced: [],
      shutdowns: exit.map { [PodID(0): .init(exit: .seconds($0), phase: phase)] } ?? [:],
      holds: .seconds(holds))
  }

  @Test func `a loss is the shutdown's when its pod ended while it may have held the operation`() {
    let audit = lost(stored: ["6-0-1"], exit: 6, holds: 10)
    #expect((audit.audit.lost, audit.audit.lostElsewhere) == (3, 0))
    #expect(audit.audit.lostInPhases == ["deploy": 3])
    #expect(audit.lostOfPods == [PodID(0): 3])
  }

  @Test func `what was to be logged long before its pod ended is lost elsewhere`() {
    let audit = lost(stored: ["6-0-1"], exit: 6, holds: 3)
    #expect((audit.audit.lost, audit.audit.lostElsewhere) == (3, 2))
    #expect(audit.audit.lostInPhases == ["deploy": 1, "steady": 2])
  }

  @Test func `a pod that was not deleted loses nothing by a shutdown`() {
    let audit = lost(exit: nil, holds: 1000)
    #expect((audit.audit.lost, audit.audit.lostElsewhere) == (4, 4))
    #expect(audit.lostOfPods == [PodID(0): 3, PodID(1): 1])
  }
}

extension StoredOperations: ExpressibleByArrayLiteral {
  public init(arrayLiteral ids: String...) { self.init(ids: ids) }
}
