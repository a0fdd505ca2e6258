import Comparison

/// What became of the operations of a row: the audit, and whose fault the lost ones are.
struct LedgerAudit {
  /// The end of a pod that was deleted.
  struct Shutdown {
    let exit: Duration
    /// The phase that deleted it.
    let phase: Phase?
  }

  private(set) var audit = Audit()
  private(set) var lostOfPods: [PodID: Int] = [:]

  /// - Parameters:
  ///   - stored: the ids that InfluxDB has, each as often as it has it.
  ///   - traced: the ids in the pods' standard error.
  ///   - shutdowns: of the pods that were deleted and have ended.
  ///   - holds: how long a pod may hold an operation. One that is lost later than that before its
  ///     pod's end, or with a pod that still lives, is not lost by a shutdown.
  init(
    _ ledger: Ledger, stored: [String], traced: [String], shutdowns: [PodID: Shutdown] = [:],
    holds: Duration = .zero
  ) {
    var points: [Ledger.Entry: Int] = [:]
    for id in stored {
      if let entry = ledger.entry(id) { points[entry, default: 0] += 1 } else { audit.strange += 1 }
    }
    audit.answered = ledger.answered
    audit.logged = points.count
    audit.loggedTwice = points.values.count { $0 > 1 }
    audit.loggedThoughFailed = points.keys.count { ledger.failed.contains($0) }
    let onlyTraced = Set(traced.compactMap { ledger.entry($0) }).filter {
      points[$0] == nil && !ledger.failed.contains($0)
    }
    audit.undelivered = onlyTraced.count
    audit.lost = audit.answered - (audit.logged - audit.loggedThoughFailed) - audit.undelivered
    audit.lostElsewhere = 0
    guard audit.lost > 0 else { return }
    for entry in ledger.entries where points[entry] == nil && !onlyTraced.contains(entry) {
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
