/// What is done to the Deployment while clients load it, in the order in which it is done.
package enum Phase: String, CaseIterable, Codable, Hashable, Sendable, Comparable {
  case steady
  /// A rolling restart.
  case deploy
  case scaleUp = "scale-up"
  case scaleDown = "scale-down"

  package static func < (one: Phase, other: Phase) -> Bool { one.rank < other.rank }

  /// The place in `allCases`.
  package var rank: Int {
    switch self {
    case .steady: 0
    case .deploy: 1
    case .scaleUp: 2
    case .scaleDown: 3
    }
  }
}
