import Libc
import Shared

/// How many failures of a kind there are to be expected, from the smallest shares that were seen on
/// real clusters. That none was seen refutes "some fail" only where none would be surprising: with
/// so many requests that fewer than one run in a hundred shows none.
package struct Expectation: Sendable {
  /// Of a Poisson distribution with this mean, 1 % is zero.
  static let enough = 4.605

  /// The least share of requests that met it, by door and kind; 0 where it was never seen.
  private let share: @Sendable (Door, ClientKind) -> Double

  /// Clients are sent to pods that do not listen yet.
  static func failures(on phase: Phase) -> Expectation {
    Expectation { door, kind in
      switch (door, kind) {
      case (.tcp, .fresh): phase == .deploy ? 0.057 : 0.086
      case (.tcp, .keepalive): 0
      case (_, .fresh): phase == .deploy ? 0.0028 : 0.0005
      case (_, .keepalive): phase == .deploy ? 0.0014 : 0
      }
    }
  }

  /// Requests in flight are cut.
  static let cuts = Expectation { door, kind in
    switch (door, kind) {
    case (.tcp, .fresh): 0.0009
    case (.tcp, .keepalive): 0.0048
    case (.http, _): 0.0026
    case (.https, _): 0.0015
    case (.http2, _): 0
    }
  }

  /// Clients are sent to pods that do not listen any more.
  static let misses = Expectation { door, kind in
    switch (door, kind) {
    case (.tcp, .fresh): 0.009
    case (_, .fresh): 0.0009
    case (_, .keepalive): 0.0002
    }
  }

  /// Answered operations of which one in twenty is lost, as in a row 6; row 7 loses more.
  static let operations = Int((enough / 0.05).rounded(.up))

  /// - Parameters:
  ///   - seen: how many there were.
  ///   - phases: in which they come about.
  ///   - words: what they are, with a space behind it.
  func judge(_ seen: Int, in result: RowResult, _ phases: [Phase], words: String = "") -> (
    holds: Bool?, seen: String
  ) {
    let counts = result.counts
    let sent = phases.reduce(0) { $0 + counts.sum($1) }
    let text = "\(seen.grouped) \(words)of \(sent.grouped)"
    guard seen == 0 else { return (true, text) }
    let deleting = phases.filter { $0 == .deploy || $0 == .scaleDown }
    if !deleting.isEmpty, deleting.allSatisfy({ result.sigtermsUnderLoad(in: $0) == 0 }) {
      return (nil, "\(text), but no SIGTERM came under load")
    }
    var expected = 0.0
    for phase in phases {
      for door in Door.allCases {
        for kind in ClientKind.allCases {
          expected += Double(counts.sum(phase, door, kind)) * share(door, kind)
        }
      }
    }
    guard expected < Self.enough else { return (false, text) }
    guard expected > 0 else { return (nil, "\(text), where none is to be expected") }
    let wanted = Int((Double(sent) * Self.enough / expected).rounded(.up))
    return (nil, "\(text); it takes \(wanted.grouped) to judge")
  }
}
