import Testing

@testable import Comparison

struct CountsTests {
  @Test func `every combination has a place of its own`() {
    var counts = Counts()
    var number = 0
    for phase in Phase.allCases {
      for door in Door.allCases {
        for kind in ClientKind.allCases {
          for outcome in Outcome.allCases {
            number += 1
            counts.add(phase, door, kind, outcome, number)
          }
        }
      }
    }
    number = 0
    for phase in Phase.allCases {
      for door in Door.allCases {
        for kind in ClientKind.allCases {
          for outcome in Outcome.allCases {
            number += 1
            #expect(counts.count(phase, door, kind, outcome) == number)
          }
        }
      }
    }
  }

  @Test func `sums are over what is not given`() {
    var counts = Counts()
    counts.add(.deploy, .tcp, .fresh, .ok, 10)
    counts.add(.deploy, .http, .keepalive, .http502)
    counts.add(.scaleDown, .tcp, .fresh, .refused, 2)
    counts.add(.scaleDown, .tcp, .keepalive, .eof, 3)
    #expect((counts.sent, counts.failed, counts.cut) == (16, 6, 4))
    #expect(counts.sum(.scaleDown) == 5)
    #expect(counts.sum(nil, .tcp) == 15)
    #expect(counts.sum(nil, nil, .fresh) { $0 == .refused } == 2)
  }

  @Test func `cut are eof, reset and 502, under the names that are the same everywhere`() {
    #expect(Outcome.allCases.filter(\.isCut) == [.reset, .eof, .http502])
    #expect(
      Outcome.allCases.map(\.rawValue) == [
        "ok", "refused", "reset", "eof", "timeout", "unreachable", "http_502", "http_503",
        "http_other", "wrong_answer",
      ])
    #expect(Outcome.allCases.map(\.rank) == Array(0..<10))
    #expect(Phase.allCases.map(\.rank) == Array(0..<4))
  }
}
