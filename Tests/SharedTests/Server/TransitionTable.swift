@testable import Shared

/// The transitions and facts as the doc comment of `ConnectionState` has them.
struct TransitionTable {
  /// What happens to a phase with an event, if some facts hold.
  struct Row: Equatable {
    let phases: [String]
    let event: String
    let conditions: [String]
    let next: String
    let action: String
  }

  /// A fact and the events that change it.
  struct Fact: Equatable {
    let name: String
    let begin: String
    let end: String
  }

  var rows: [Row] = []
  private(set) var facts: [Fact] = []

  init(comment: String) {
    for line in comment.split(separator: "\n") where line.hasPrefix("/// | ") {
      let cells = line.dropFirst(4).split(separator: "|", omittingEmptySubsequences: false)
        .dropFirst().dropLast().map { $0.drop { $0 == " " }.trimmingSuffix { $0 == " " } }
      switch cells.count {
      case 3 where cells[0] != "fact":
        facts.append(Fact(name: cells[0], begin: cells[1], end: cells[2]))
      case 5 where cells[0] != "phase":
        rows.append(
          Row(
            phases: Self.list(cells[0]), event: cells[1], conditions: Self.list(cells[2]),
            next: cells[3], action: cells[4]))
      default: break
      }
    }
  }

  private static func list(_ cell: String) -> [String] {
    cell.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }
}

extension TransitionTable.Row {
  /// Whether it tells what an event does in a state.
  func holds(in state: ConnectionState, event: String) -> Bool {
    event == self.event && phases.contains { Self.phase(state.phase, isIn: $0) }
      && conditions.allSatisfy {
        switch $0 {
        case "open": !state.inputEnded
        case "ended": state.inputEnded
        case "drain": state.isDraining && !state.inputEnded
        case "run": !state.isDraining && !state.inputEnded
        case "free": !state.isBlocked
        case "blocked": state.isBlocked
        default: false
        }
      }
  }

  /// `flushing` stands for `flushing close`, too.
  private static func phase(_ phase: ConnectionState.Phase, isIn group: String) -> Bool {
    if group == "all but closed" { return phase != .closed }
    return phase.name == group || phase.name.hasPrefix(group + " ")
  }
}

extension ConnectionState.Phase {
  static let all: [Self] = [
    .idle, .receiving, .serving, .flushing(keepAlive: true), .flushing(keepAlive: false),
    .lingering(countsLate: true), .lingering(countsLate: false), .closed,
  ]

  /// As the table has it.
  var name: String {
    switch self {
    case .idle: "idle"
    case .receiving: "receiving"
    case .serving: "serving"
    case .flushing(keepAlive: true): "flushing keepAlive"
    case .flushing(keepAlive: false): "flushing close"
    case .lingering(countsLate: true): "lingering late"
    case .lingering(countsLate: false): "lingering served"
    case .closed: "closed"
    }
  }
}

extension ConnectionState.Action {
  static let status = Status.uriTooLong

  /// As the table has it: "it" is what the event brought.
  var name: String {
    switch self {
    case .wait: "wait"
    case .parse: "parse"
    case .sendContinue: "sendContinue"
    case .serve: "serve it"
    case .refuse(Self.status): "refuse it"
    case .refuse(let status): "refuse \(status.code)"
    case .readOnce: "readOnce"
    case .halfClose: "halfClose"
    case .close: "close"
    case .countLate: "countLate"
    }
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return String(text)
  }
}
