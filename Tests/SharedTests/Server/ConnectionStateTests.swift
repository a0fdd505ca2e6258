import Testing

@testable import Shared
@testable import TestSupport

@Suite(.tags(.alone)) struct ConnectionStateTests {
  /// What may happen to a connection, by the names that the table has.
  private static let events: [(name: String, apply: @Sendable (inout ConnectionState) -> Action)] =
    [
      ("received", { $0.received() }),
      ("ended", { $0.ended() }),
      ("foundNothing", { $0.foundNothing() }),
      ("foundPart", { $0.foundPart() }),
      ("foundExpectation", { $0.foundExpectation() }),
      ("foundRequest", { $0.foundRequest() }),
      ("foundError", { $0.foundError(Action.status) }),
      ("responded keepAlive", { $0.responded(keepAlive: true) }),
      ("responded close", { $0.responded(keepAlive: false) }),
      (
        "blocked",
        {
          $0.blocked()
          return .wait
        }
      ),
      ("flushed", { $0.flushed() }),
      (
        "drain",
        {
          $0.drain()
          return .wait
        }
      ),
      ("timedOut", { $0.timedOut() }),
      ("lastRead", { $0.lastRead() }),
      ("crowdedOut", { $0.crowdedOut() }),
      ("close", { $0.close() }),
    ]

  private typealias Action = ConnectionState.Action

  private static var states: [ConnectionState] {
    var states: [ConnectionState] = []
    for phase in ConnectionState.Phase.all {
      for facts in 0..<8 {
        states.append(
          ConnectionState(
            phase: phase, isDraining: facts & 1 != 0, inputEnded: facts & 2 != 0,
            isBlocked: facts & 4 != 0))
      }
    }
    return states
  }

  private func table() throws -> TransitionTable {
    let source = try Repository.text("Sources/Shared/Server/ConnectionState.swift")
    return TransitionTable(comment: source)
  }

  /// Where the code does something else than the table says, and which rows say nothing.
  private func differences(from table: TransitionTable) -> [String] {
    var differences: [String] = []
    var unused = table.rows
    for before in Self.states {
      for event in Self.events where before.parses || !event.name.hasPrefix("found") {
        let rows = table.rows.filter { $0.holds(in: before, event: event.name) }
        unused.removeAll { rows.contains($0) }
        var after = before
        let action = event.apply(&after)
        let next = rows.first.map { $0.next == "same" ? before.phase.name : $0.next }
        if rows.count > 1 || after.phase.name != next ?? before.phase.name
          || action.name != rows.first?.action ?? "wait"
          || facts(after) != changed(facts(before), by: event.name, table)
        {
          differences.append("\(event.name) in \(before): \(after), \(action.name); \(rows)")
        }
      }
    }
    return differences + unused.map { "a row that never holds: \($0)" }
  }

  private func facts(_ state: ConnectionState) -> [String: Bool] {
    [
      "isDraining": state.isDraining, "inputEnded": state.inputEnded,
      "isBlocked": state.isBlocked,
    ]
  }

  private func changed(_ facts: [String: Bool], by event: String, _ table: TransitionTable)
    -> [String: Bool]
  {
    var facts = facts
    for fact in table.facts {
      if fact.begin == event { facts[fact.name] = true }
      if fact.end == event { facts[fact.name] = false }
    }
    return facts
  }

  @Test func `each event in each phase does what the table says, whatever the facts`() throws {
    let table = try table()
    #expect(table.rows.count == 35 && table.facts.count == 3)
    #expect(differences(from: table) == [])
  }

  @Test func `a row that is missing or wrong is a difference`() throws {
    let table = try table()
    for (index, row) in table.rows.enumerated() {
      var missing = table
      missing.rows.remove(at: index)
      #expect(differences(from: missing) != [], "without \(row)")
      for (next, action) in [("receiving", row.action), (row.next, "sendContinue")]
      where (next, action) != (row.next, row.action) {
        var wrong = table
        wrong.rows[index] = TransitionTable.Row(
          phases: row.phases, event: row.event, conditions: row.conditions, next: next,
          action: action)
        #expect(differences(from: wrong) != [], "\(row) as \(next), \(action)")
      }
    }
  }

  @Test func `the parser is asked only in phases in which it may find something`() {
    for before in Self.states {
      for event in Self.events where before.parses || !event.name.hasPrefix("found") {
        var after = before
        if event.apply(&after) == .parse { #expect(after.parses, "\(event.name) in \(before)") }
      }
    }
  }

  @Test func `a connection that no handler works for has a time-out`() {
    for state in Self.states where state.timeout == .none {
      #expect(state.phase == .closed || state.phase == .serving && !state.isBlocked)
    }
  }

  @Test func `each phase has its own time-out, and a blocked output goes before it`() {
    let timeouts = ConnectionState.Phase.all.map { ConnectionState(phase: $0).timeout }
    #expect(timeouts == [.idle, .request, .none, .write, .write, .linger, .linger, .none])
    #expect(ConnectionState(phase: .idle, isDraining: true).timeout == .lameDuck)
    #expect(ConnectionState(phase: .receiving, isDraining: true).timeout == .request)
    #expect(ConnectionState(phase: .serving, isBlocked: true).timeout == .write)
  }

  @Test func `a drain takes keep-alive from the last request that was read, and from no other`() {
    let draining = ConnectionState(phase: .serving, isDraining: true)
    #expect(draining.mayKeepAlive(pending: true))
    #expect(!draining.mayKeepAlive(pending: false))
    #expect(ConnectionState(phase: .serving).mayKeepAlive(pending: false))
  }

  @Test func `a client that half-closed is read no more, and its last response says close`() {
    let ended = ConnectionState(phase: .serving, inputEnded: true)
    #expect(!ended.wantsInput)
    #expect(ended.mayKeepAlive(pending: true))
    #expect(!ended.mayKeepAlive(pending: false))
  }

  @Test
  func `what lingers is read, however much waits already; what is served lets its input wait`() {
    let waiting = ConnectionState.Phase.all.filter {
      ConnectionState(phase: $0).keepsInputWaiting
    }
    #expect(waiting == [.serving, .flushing(keepAlive: true), .flushing(keepAlive: false)])
  }

  @Test func `only a client that waits for a response can be cut`() {
    let waiting = ConnectionState.Phase.all.filter { ConnectionState(phase: $0).hasRequest }
    #expect(
      waiting == [.receiving, .serving, .flushing(keepAlive: true), .flushing(keepAlive: false)])
  }
}
