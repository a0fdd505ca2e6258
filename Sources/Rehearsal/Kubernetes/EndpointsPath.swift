import Comparison

/// From a pod's readiness or deletion to a proxy's table, with the lag that every such path has.
/// Both doors of a row pick from this table.
struct EndpointsPath: Sendable {
  typealias Conditions = EndpointTable.Conditions

  /// A ready endpoint entered the table, or left it.
  struct Change: Equatable, Sendable {
    enum Effect: Sendable { case entered, left }
    let pod: PodID
    let effect: Effect
    let instant: Duration
  }

  private struct Pending {
    let pod: PodID
    let endpoint: Conditions?
    let due: Duration
  }

  private(set) var table = EndpointTable()

  private let lag: ProxyLag
  private var source: [PodID: Conditions] = [:]
  private var pending: [Pending] = []
  /// Writes that may follow at once, and when that was counted.
  private var tokens: (count: Double, at: Duration)
  private var jitters: SplitMix64
  private var picks: SplitMix64

  init(lag: ProxyLag = .kubeProxy(.newest), seed: UInt64) {
    self.lag = lag
    tokens = (lag.burst, .zero)
    // Apart from each other, so that the number of connections does not change the lags.
    var generator = SplitMix64(seed: seed)
    jitters = generator.split()
    picks = generator.split()
  }

  /// A pod's endpoint is now such; nil when the pod is gone. Repeating what is known changes
  /// nothing.
  mutating func update(_ pod: PodID, _ endpoint: Conditions?, at now: Duration) {
    guard source[pod] != endpoint else { return }
    source[pod] = endpoint
    var due: Duration
    switch lag {
    case .syncs(let delay, _, _): due = now + delay
    case .fixed(let lag, let jitter): due = now + lag + jitters.duration(below: jitter)
    }
    // A later state of an endpoint never arrives before an earlier one.
    if let earlier = pending.last(where: { $0.pod == pod }) { due = max(due, earlier.due) }
    pending.append(Pending(pod: pod, endpoint: endpoint, due: due))
  }

  /// The next instant at which the table changes.
  var nextDeadline: Duration? {
    guard let first = pending.map(\.due).min() else { return nil }
    guard case .syncs(_, let period, _) = lag, tokens(at: first) < 1 else { return first }
    return max(first, tokens.at + period * (1 - tokens.count))
  }

  private func tokens(at now: Duration) -> Double {
    guard case .syncs(_, let period, let burst) = lag else { return 1 }
    return min(Double(burst), tokens.count + max(0, (now - tokens.at) / period))
  }

  /// Time has come this far: what entered and what left since, in order. Changes bear the instant
  /// they were due at, however late the call is.
  mutating func advance(to now: Duration) -> [Change] {
    var changes: [Change] = []
    while let instant = nextDeadline, instant <= now {
      if case .syncs = lag { tokens = (max(0, tokens(at: instant) - 1), instant) }
      let heard = pending.filter { $0.due <= instant }
      pending.removeAll { $0.due <= instant }
      // One write holds the last state of each endpoint.
      for (index, change) in heard.enumerated()
      where !heard[(index + 1)...].contains(where: { $0.pod == change.pod }) {
        guard let entered = table.set(change.pod, change.endpoint) else { continue }
        changes.append(
          Change(pod: change.pod, effect: entered ? .entered : .left, instant: instant))
      }
    }
    return changes
  }

  /// The endpoint for a new connection, at random; nil when it is refused because there is none.
  mutating func pick() -> PodID? { table.candidates.randomElement(using: &picks) }
}

extension ProxyLag {
  /// Writes that may follow each other at once.
  fileprivate var burst: Double {
    if case .syncs(_, _, let burst) = self { Double(burst) } else { 1 }
  }
}
