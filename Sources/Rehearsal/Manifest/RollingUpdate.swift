/// How many pods a rolling update may add and miss, `spec.strategy.rollingUpdate`.
struct RollingUpdate: Equatable, Sendable {
  enum Amount: Equatable, Sendable {
    case count(Int)
    case percent(Int)

    var isZero: Bool { self == .count(0) || self == .percent(0) }
  }

  var maxSurge = Amount.percent(25)
  var maxUnavailable = Amount.percent(25)

  /// Pods above the desired number; percentages round up.
  func surge(of replicas: Int) -> Int {
    switch maxSurge {
    case .count(let count): count
    case .percent(let percent): (replicas * percent + 99) / 100
    }
  }

  /// Pods that may be unavailable; percentages round down.
  /// When both limits come out as 0 the update could never move, so Kubernetes makes this one 1.
  func unavailable(of replicas: Int) -> Int {
    let count =
      switch maxUnavailable {
      case .count(let count): count
      case .percent(let percent): replicas * percent / 100
      }
    return min(surge(of: replicas) == 0 && count == 0 ? 1 : count, replicas)
  }
}

extension Rollout {
  /// - Parameter replicas: of which percentages are taken.
  init(_ strategy: RollingUpdate, replicas: Int) {
    self.init(
      replicas: replicas, maxSurge: strategy.surge(of: replicas),
      maxUnavailable: strategy.unavailable(of: replicas))
  }
}
