/// Time-outs on a cluster in the phase in which nothing changes. No step causes them: entries of
/// connection tracking that are stale, or ports that are used up, do. So no claim counts them.
package struct SteadyTimeouts: Equatable, Sendable {
  package let count: Int

  package init(_ counts: Counts, _ door: Door? = nil, _ kind: ClientKind? = nil) {
    count = counts.sum(.steady, door, kind) { $0 == .timeout }
  }

  /// None in a rehearsal: there they are the service's.
  package init(_ result: RowResult, _ door: Door? = nil, _ kind: ClientKind? = nil) {
    self.init(result.origin == .cluster ? result.counts : Counts(), door, kind)
  }

  /// How they are told.
  /// - Parameter moment: `in steady`.
  package func text(_ moment: String) -> String {
    "\(count.of("time-out")) \(moment), when nothing changed: the cluster's or the load's "
      + "(connection tracking, ports), not the step's"
  }
}
