import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct LedgerTests {
  @Test func `an id names its row, client and number`() {
    var ledger = Ledger(subject: "6g", clients: 2)
    ledger.end(client: 1, .init(pod: nil, at: .zero, in: .steady), isAnswered: true)
    #expect(ledger.id(.init(client: 1, number: 0)) == "6g-1-0")
    #expect(ledger.entry("6g-1-0") == .init(client: 1, number: 0))
  }

  @Test(arguments: [
    "6g-1-1", "6g-0-0", "6g-2-0", "6-1-0", "6g-1", "6g-1-0-0", "6g--1-0", "6g-1-x", "",
  ])
  func `an id that no client of the row sent is none of it`(id: String) {
    var ledger = Ledger(subject: "6g", clients: 2)
    ledger.end(client: 1, .init(pod: nil, at: .zero, in: .steady), isAnswered: true)
    #expect(ledger.entry(id) == nil)
  }

  @Test func `what failed is remembered`() {
    var ledger = Ledger(subject: "6", clients: 2)
    for isAnswered in [true, false, true] {
      ledger.end(
        client: 0, .init(pod: nil, at: .zero, in: .steady), isAnswered: isAnswered)
    }
    #expect(ledger.answered == 2)
    #expect(ledger.failed == [.init(client: 0, number: 1)])
  }

  @Test func `an answer is remembered with its pod, time and phase`() {
    var ledger = Ledger(subject: "6", clients: 1)
    ledger.end(
      client: 0, .init(pod: PodID(7), at: .milliseconds(1234), in: .deploy), isAnswered: true)
    ledger.end(client: 0, .init(pod: nil, at: .seconds(2), in: .steady), isAnswered: true)
    let entries = ledger.entries
    #expect(entries.map(\.number) == [0, 1])
    #expect(entries.map { ledger[$0].pod } == [PodID(7), nil])
    #expect(entries.map { ledger[$0].instant } == [.milliseconds(1234), .seconds(2)])
    #expect(entries.map { ledger[$0].phase } == [.deploy, .steady])
    #expect(MemoryLayout<Ledger.Answer>.stride <= 12)
  }
}
