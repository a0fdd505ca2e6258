/// What a rehearsal does to its Deployment, and when. Phases follow each other without a gap.
struct PhasePlan: Equatable, Sendable {
  var phases: [Phase] = Phase.allCases
  /// How long the Deployment is left alone in `steady`.
  var steady: Duration = .seconds(5)
  var scaledUp = 20
  var scaledDown = 13
  /// The clients go on this long after the last phase, since its last deletions are only then heard of. What fails then still counts in the
  /// phase of its pod.
  var settle: Duration = .seconds(3)
}
