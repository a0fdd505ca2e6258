import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct AuditTests {
  /// Client 0 had 5 requests, of which number 3 failed.
  private var ledger: Ledger {
    var ledger = Ledger(row: "6", clients: 1)
    for number in 0..<5 { ledger.end(client: 0, isAnswered: number != 3) }
    return ledger
  }

  @Test func `what is answered and stored is logged`() {
    let audit = Audit(ledger, stored: ["6-0-0", "6-0-1", "6-0-2", "6-0-4"], traced: [])
    #expect(
      (audit.answered, audit.logged, audit.lost, audit.undelivered, audit.loggedTwice) == (
        4, 4, 0, 0, 0
      ))
  }

  @Test func `what is answered and nowhere is lost`() {
    let audit = Audit(ledger, stored: ["6-0-0"], traced: [])
    #expect((audit.logged, audit.lost) == (1, 3))
  }

  @Test
  func `what stands in standard error is not lost, and not counted when it is stored after all`() {
    let audit = Audit(
      ledger, stored: ["6-0-0"], traced: ["6-0-0", "6-0-1", "6-0-1", "6-0-3", "7-0-2"])
    #expect((audit.undelivered, audit.lost) == (1, 2))
  }

  @Test func `an id with two points is logged twice`() {
    let audit = Audit(ledger, stored: ["6-0-0", "6-0-0", "6-0-0", "6-0-1"], traced: [])
    #expect((audit.logged, audit.loggedTwice, audit.lost) == (2, 1, 2))
  }

  @Test func `what failed for the client and is stored makes up for nothing that is lost`() {
    let audit = Audit(ledger, stored: ["6-0-3", "6-0-0"], traced: [])
    #expect((audit.logged, audit.loggedThoughFailed, audit.lost) == (2, 1, 3))
  }

  @Test func `what nobody sent is strange`() {
    #expect(Audit(ledger, stored: ["6-0-9", "x"], traced: []).strange == 2)
  }
}
