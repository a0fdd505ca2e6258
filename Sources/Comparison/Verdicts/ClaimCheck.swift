import Libc

/// Whether a run bears out what is claimed about it.
extension Claim {
  /// A finding: `holds` is nil when the claim could not be checked, and `seen` says why; nil when
  /// the claim is not about what was run.
  package func check(_ result: RowResult, beside others: [RowResult]) -> (
    holds: Bool?, seen: String
  )? {
    let counts = result.counts
    let parameters = result.parameters
    switch self {
    case .fails(let phase):
      guard parameters.phases.contains(phase) else { return nil }
      let failed = counts.sum(phase) { $0.isMissed }
      return Expectation.failures(on: phase).judge(failed, in: result, [phase])
    case .noneFails(let kind, let door):
      guard parameters.kinds.contains(kind), parameters.doors.contains(door) else { return nil }
      return Self.noneFails(result, kind, door)
    case .failsNowhere:
      return Self.noneFails(result)
    case .oldPodsAreKilled:
      return Self.deletes(parameters) ? OldPods(result).areKilled : nil
    case .oldPodsEndByThemselves:
      return Self.deletes(parameters) ? OldPods(result).endByThemselves : nil
    case .oldPodsExitWithZero:
      return Self.deletes(parameters) ? OldPods(result).exitWithZero : nil
    case .neverRestarts:
      let restarts = result.pods.reduce(0) { $0 + $1.restarts }
      return Self.deletes(parameters) || restarts > 0
        ? (restarts == 0, restarts.of("restart")) : nil
    case .answersAreRight:
      let wrong = counts.sum { $0 == .wrongAnswer }
      return Self.deletes(parameters) || wrong > 0
        ? (wrong == 0, Self.share(wrong, of: counts.sent)) : nil
    case .losesOperations:
      return Self.deletes(parameters) ? Self.losesOperations(result) : nil
    case .losesNoOperation:
      return Self.audited(result) { audit in
        // Without a fault there is no reason for standard error, either.
        let isKept = audit.lost == 0 && (audit.undelivered == 0 || parameters.influxFault != nil)
        let undelivered =
          audit.undelivered > 0 ? ", \(audit.undelivered.grouped) in standard error" : ""
        return Self.underLoad(
          isKept && audit.answered > 0,
          "\(audit.lost.grouped) of \(audit.answered.grouped) lost\(undelivered)", result)
      }
    case .logsNothingTwice:
      return Self.audited(result) {
        ($0.loggedTwice == 0, "\($0.loggedTwice.grouped) of \($0.logged.grouped)")
      }
    case .logsOnlyWhatWasSent:
      return Self.audited(result) { ($0.unknown == 0, $0.unknown.of("operation")) }
    case .podsReportNoneCut:
      return Self.deletes(parameters) ? OldPods(result).reportNoneCut : nil
    case .cuts:
      return Self.deletes(parameters)
        ? Expectation.cuts.judge(
          counts.cut, in: result, Self.deletingPhases(parameters), words: "cut ") : nil
    case .stillFails:
      let failed = counts.sum { $0.isMissed } - SteadyTimeouts(result).count
      return Self.deletes(parameters)
        ? Expectation.misses.judge(failed, in: result, Self.deletingPhases(parameters)) : nil
    case .cutsFarLessThan(let row):
      guard Self.deletes(parameters) else { return nil }
      guard let other = others.first(where: { $0.row == row }) else {
        // At most 2 are enough whatever the other row shows.
        return counts.cut <= 2
          ? (true, "\(counts.cut) cut")
          : (nil, "\(counts.cut.grouped) cut, but row \(row) was not run")
      }
      return (
        counts.cut <= 2 || counts.cut * 50 <= other.counts.cut,
        "\(counts.cut.grouped) cut, row \(row) \(other.counts.cut.grouped)"
      )
    case .failsLessThan(let row):
      guard Self.deletes(parameters), let lag = parameters.lag,
        lag + (parameters.jitter ?? 0) <= Self.shortLag
      else { return nil }
      guard let other = others.first(where: { $0.row == row }) else {
        return (nil, "row \(row) was not run")
      }
      return (
        counts.failed * 2 <= other.counts.failed,
        "\(counts.failed.grouped) failed, row \(row) \(other.counts.failed.grouped)"
      )
    }
  }

  /// The phases that were run and delete pods.
  private static func deletingPhases(_ parameters: Parameters) -> [Phase] {
    [.deploy, .scaleDown].filter { parameters.phases.contains($0) }
  }

  private static func deletes(_ parameters: Parameters) -> Bool {
    !deletingPhases(parameters).isEmpty
  }

  /// That nothing went wrong says something about phases that delete only when at least one SIGTERM
  /// came to a pod that was serving clients.
  private static func underLoad(_ holds: Bool, _ seen: String, _ result: RowResult) -> (
    holds: Bool?, seen: String
  ) {
    let deleting = deletingPhases(result.parameters)
    let spared = deleting.filter { result.sigtermsUnderLoad(in: $0) == 0 }
    guard holds, !spared.isEmpty else { return (holds, seen) }
    let names = spared.map(\.rawValue).joined(separator: " and ")
    return (spared == deleting ? nil : true, "\(seen); no SIGTERM came under load in \(names)")
  }

  private static func audited(
    _ result: RowResult, _ check: (Audit) -> (holds: Bool?, seen: String)
  ) -> (holds: Bool?, seen: String) {
    guard let audit = result.audit else { return (nil, "there was no audit") }
    return check(audit)
  }

  /// Some, not all, and each with a pod that was on its way out: else it is not the shutdown that
  /// loses them.
  private static func losesOperations(_ result: RowResult) -> (holds: Bool?, seen: String) {
    audited(result) { audit in
      let elsewhere = audit.lostElsewhere ?? 0
      let seen =
        "\(audit.lost.grouped) of \(audit.answered.grouped) lost"
        + (elsewhere > 0 ? ", \(elsewhere.grouped) of them by no shutdown" : "")
      if audit.lost > 0, audit.lostUnplaced == audit.lost {
        return (nil, "\(seen), and no pod's log says by which pods")
      }
      guard audit.lost == 0 else { return (elsewhere == 0 && audit.lost < audit.answered, seen) }
      let wanted = Expectation.operations
      return audit.answered < wanted ? (nil, "\(seen); it takes \(wanted) to judge") : (false, seen)
    }
  }

  private static func noneFails(
    _ result: RowResult, _ kind: ClientKind? = nil, _ door: Door? = nil
  ) -> (holds: Bool?, seen: String) {
    let other = SteadyTimeouts(result, door, kind).count
    let failed = result.counts.sum(nil, door, kind) { $0 != .ok } - other
    let sent = result.counts.sum(nil, door, kind)
    let note = other > 0 ? ", without \(other.of("time-out")) in steady" : ""
    return underLoad(failed == 0 && sent > other, share(failed, of: sent) + note, result)
  }

  private static func share(_ failed: Int, of sent: Int) -> String {
    "\(failed.grouped) of \(sent.grouped)"
  }
}
