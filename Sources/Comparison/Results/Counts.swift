/// How many requests had which outcome, by phase, door and kind of client.
package struct Counts: Equatable, Sendable {
  private var numbers = [Int](
    repeating: 0,
    count: Phase.allCases.count * Door.allCases.count * ClientKind.allCases.count
      * Outcome.allCases.count
  )

  package init() {}

  package mutating func add(
    _ phase: Phase, _ door: Door, _ kind: ClientKind, _ outcome: Outcome, _ count: Int = 1
  ) {
    numbers[Self.index(phase, door, kind, outcome)] += count
  }

  package func count(_ phase: Phase, _ door: Door, _ kind: ClientKind, _ outcome: Outcome) -> Int {
    numbers[Self.index(phase, door, kind, outcome)]
  }

  /// The sum over everything that is not given.
  package func sum(
    _ phase: Phase? = nil, _ door: Door? = nil, _ kind: ClientKind? = nil,
    where isCounted: (Outcome) -> Bool = { _ in true }
  ) -> Int {
    var sum = 0
    for onePhase in phase.map({ [$0] }) ?? Phase.allCases {
      for oneDoor in door.map({ [$0] }) ?? Door.allCases {
        for oneKind in kind.map({ [$0] }) ?? ClientKind.allCases {
          for outcome in Outcome.allCases where isCounted(outcome) {
            sum += count(onePhase, oneDoor, oneKind, outcome)
          }
        }
      }
    }
    return sum
  }

  package var sent: Int { sum() }
  package var failed: Int { sum { $0 != .ok } }
  package var cut: Int { sum { $0.isCut } }

  /// The place in the array: the raw values' order in `allCases`, spelled out because this is
  /// called for every request.
  private static func index(_ phase: Phase, _ door: Door, _ kind: ClientKind, _ outcome: Outcome)
    -> Int
  {
    let pair = door.rank * 2 + (kind == .fresh ? 0 : 1)
    return (phase.rank * 8 + pair) * Outcome.allCases.count + outcome.rank
  }
}

extension Counts: Codable {
  private struct Line: Codable {
    let phase: Phase
    let door: Door
    let kind: ClientKind
    let outcome: Outcome
    let n: Int
  }

  /// A list of what is not 0.
  package func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for phase in Phase.allCases {
      for door in Door.allCases {
        for kind in ClientKind.allCases {
          for outcome in Outcome.allCases {
            let n = count(phase, door, kind, outcome)
            if n != 0 {
              try list.encode(Line(phase: phase, door: door, kind: kind, outcome: outcome, n: n))
            }
          }
        }
      }
    }
  }

  package init(from decoder: any Decoder) throws {
    self.init()
    var list = try decoder.unkeyedContainer()
    while !list.isAtEnd {
      let line = try list.decode(Line.self)
      add(line.phase, line.door, line.kind, line.outcome, line.n)
    }
  }
}
