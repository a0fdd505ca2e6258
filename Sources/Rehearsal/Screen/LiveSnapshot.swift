import Comparison

/// What there is to show while rows run.
struct LiveSnapshot: Equatable, Sendable {
  /// Seconds since the start.
  var elapsed: Double
  var rows: [LiveRow]
}

/// One row, now.
struct LiveRow: Equatable, Sendable {
  enum State: Equatable, Sendable {
    /// The first pods come up, no client yet.
    case starting
    case phase(Phase)
    /// No client any more; what is left of the pods ends.
    case ending
    /// The pods that are left log what they hold.
    case logging
    case done

    var word: String {
      switch self {
      case .starting: "starting"
      case .phase(let phase): phase.rawValue
      case .ending: "ending"
      case .logging: "logging"
      case .done: "done"
      }
    }
  }

  var row: String
  /// How lines for people name it: `row 4`.
  let label: String
  var state = State.starting
  /// Available pods of the new version, of those that the Deployment wants.
  var updated = 0
  var wanted = 0
  /// Pods by state; `starting` is all that is neither ready nor deleted.
  var starting = 0
  var ready = 0
  var terminating = 0
  var requestsPerSecond = 0.0
  var sent = 0
  /// So far.
  var failures: [Outcome: Int] = [:]

  init(row: String, label: String? = nil) {
    self.row = row
    self.label = label ?? "row \(row)"
  }

  var failed: Int { failures.values.reduce(0, +) }

  /// `12: 3 refused, 9 eof`.
  var failureText: String {
    let classes = Outcome.failures.compactMap { outcome in
      failures[outcome].flatMap { $0 > 0 ? "\($0.grouped) \(outcome.rawValue)" : nil }
    }
    return failed == 0 ? "0" : "\(failed.grouped): \(classes.joined(separator: ", "))"
  }
}
