/// What a rehearsal does to its Deployment, and when.
struct PhasePlan: Equatable, Sendable {
  var phases: [Phase] = Phase.allCases
  /// How long the Deployment is left alone in `steady`.
  var steady: Duration = .seconds(5)
  var scaledUp = 20
  var scaledDown = 13
  /// How long the Deployment is left alone after each change is complete: the proxies hear of the
  /// last pods only then, and without probes it is complete before those pods listen. What fails
  /// then still counts in the phase of its pod.
  var settle: Duration = .seconds(3)
}
