import Comparison

/// What became of the operations of a row: the audit, and whose fault the lost ones are.
struct LedgerAudit {
  /// The end of a pod that was deleted.
  struct Shutdown {
    let exit: Duration
    /// The phase that deleted it.
    let phase: Phase?
  }

  private(set) var audit: Audit
  private(set) var lostOfPods: [PodID: Int] = [:]

  /// - Parameters:
  ///   - traced: the ids in the pods' standard error.
  ///   - shutdowns: of the pods that were deleted and have ended.
  ///   - holds: how long a pod may hold an operation. One that is lost later than that before its
  ///     pod's end, or with a pod that still lives, is not lost by a shutdown.
  init(
    _ ledger: Ledger, stored: StoredOperations, traced: Set<String>,
    shutdowns: [PodID: Shutdown] = [:],
    holds: Duration = .zero
  ) {
    audit = Audit(answered: ledger.answered, stored: stored, traced: traced) { id in
      ledger.entry(id).map { ledger.failed.contains($0) ? .failed : .answered }
    }
    audit.lostElsewhere = 0
    guard audit.lost > 0 else { return }
    let kept = Set(stored.counts.keys).union(traced)
    for entry in ledger.entries where !kept.contains(ledger.id(entry)) {
      let answer = ledger[entry]
      if let pod = answer.pod { lostOfPods[pod, default: 0] += 1 }
      let shutdown = answer.pod.flatMap { shutdowns[$0] }
      if let shutdown, answer.instant + holds >= shutdown.exit {
        audit.lostInPhases[(shutdown.phase ?? answer.phase).rawValue, default: 0] += 1
      } else {
        audit.lostElsewhere = (audit.lostElsewhere ?? 0) + 1
        audit.lostInPhases[answer.phase.rawValue, default: 0] += 1
      }
    }
  }
}
