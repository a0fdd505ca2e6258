import Comparison
import Shared

/// Notices when a Deployment gets no further: the rehearsal would run for ever.
struct ProgressWatch {
  private let patience: Duration
  /// What the Deployment last did, and when.
  private var last: (progress: Rollout.Progress, since: Duration)?

  init(patience: Duration) { self.patience = patience }

  /// - Parameter isWaiting: whether it is the Deployment that has to move.
  /// - Returns: what to say about a Deployment that stood still for too long: `3 of 4 pods
  ///   available, and no more for 61 s`.
  mutating func check(
    _ progress: Rollout.Progress, of replicas: Int, isWaiting: Bool, at now: Duration
  ) -> String? {
    guard isWaiting, let last, last.progress == progress else {
      last = (progress, now)
      return nil
    }
    guard now - last.since > patience else { return nil }
    return "\(progress.updatedAvailable) of \(replicas.of("pod")) available, "
      + "and no more for \(Int(patience / .seconds(1))) s"
  }
}
