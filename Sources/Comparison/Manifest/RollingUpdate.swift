/// How many pods a rolling update may add and miss, `spec.strategy.rollingUpdate`.
package struct RollingUpdate: Equatable, Sendable {
  package enum Amount: Equatable, Sendable {
    case count(Int)
    case percent(Int)

    package var isZero: Bool { self == .count(0) || self == .percent(0) }
  }

  package var maxSurge = Amount.percent(25)
  package var maxUnavailable = Amount.percent(25)

  /// Pods above the desired number; percentages round up.
  package func surge(of replicas: Int) -> Int {
    switch maxSurge {
    case .count(let count): count
    case .percent(let percent): (replicas * percent + 99) / 100
    }
  }

  /// Pods that may be unavailable; percentages round down.
  /// When both limits come out as 0 the update could never move, so Kubernetes makes this one 1.
  package func unavailable(of replicas: Int) -> Int {
    let count =
      switch maxUnavailable {
      case .count(let count): count
      case .percent(let percent): replicas * percent / 100
      }
    return min(surge(of: replicas) == 0 && count == 0 ? 1 : count, replicas)
  }
}
