/// What a rehearsal does to its Deployment, and when.
package struct PhasePlan: Equatable, Sendable {
  package var phases: [Phase] = Phase.allCases
  /// How long the Deployment is left alone in `steady`.
  package var steady: Duration = .seconds(5)
  package var scaledUp = 20
  package var scaledDown = 13
  /// How long the Deployment is left alone after each change is complete: the proxies hear of the
  /// last pods only then, and without probes it is complete before those pods listen. What fails
  /// then still counts in the phase of its pod.
  package var settle: Duration = .seconds(3)
  /// How long a scale-up settles: clients that keep connections reach the new pods only with their
  /// next ones, and a scale-down would otherwise delete pods without a client.
  package var mingle: Duration = .zero
  /// How long a phase waits, under load, for the pods that it deleted: their grace period. Clients
  /// that were gone before the SIGTERM would prove nothing about it.
  package var grace: Duration = .seconds(30)

  package init() {}

  /// Half as many again, rounded up: 13 become 20.
  package static func scaledUp(_ replicas: Int) -> Int { replicas + max(1, (replicas + 1) / 2) }
}
