/// What the talk says about a row.
package enum Claim: Equatable, Sendable {
  /// Clients are sent to pods that do not listen yet. Connections that are cut when a pod is killed
  /// are not meant.
  case fails(on: Phase)
  case noneFails(of: ClientKind, through: Door)
  /// Old pods ignore SIGTERM, live their whole grace and are killed.
  case oldPodsAreKilled
  /// None needs SIGKILL: SIGTERM is handled. Else a row would show what pods that ignore it show.
  case oldPodsEndByThemselves
  case cuts
  /// Clients are sent to pods that do not listen any more. Requests that are cut are not meant.
  case stillFails
  case podsReportNoneCut
  /// Its cut outcomes are at most 2, or 2 % of another row's.
  case cutsFarLessThan(String)
  /// With a lag that is short against a request's duration.
  case failsLessThan(String)
  case failsNowhere
  /// Operations that were answered and never logged: some. Where none is logged it is not the
  /// shutdown that loses them.
  case losesOperations
  /// Every operation that was answered is logged, or stands in a pod's standard error when InfluxDB
  /// could not be written.
  case losesNoOperation
  case logsNothingTwice
  /// Nor what no client of the row sent.
  case logsOnlyWhatWasSent
  /// None needs to say by its exit code that something went wrong.
  case oldPodsExitWithZero
  case neverRestarts
  case answersAreRight

  /// Longer than this, and the requests that come too late outnumber those that are cut: then two
  /// rows are alike.
  package static let shortLag = 0.05

  package func text(_ parameters: Parameters) -> String {
    switch self {
    case .fails(let phase):
      "requests fail on \(phase.rawValue): clients are sent to pods that do not listen yet"
    case .noneFails(let kind, let door):
      "no \(kind.rawValue) request through \(door.rawValue) fails"
    case .oldPodsAreKilled:
      "every old pod ends with 137 after its whole grace of \(parameters.grace) s"
    case .oldPodsEndByThemselves:
      "every old pod ends by itself, within its grace of \(parameters.grace) s"
    case .cuts: "requests in flight are cut (eof, reset, http_502)"
    case .stillFails: "requests still fail: the listener is closed, but not every proxy knows"
    case .podsReportNoneCut: "every old pod reports 0 requests cut"
    case .cutsFarLessThan(let row): "at most 2 cut outcomes, or 2 % of row \(row)'s"
    case .failsLessThan(let row): "at most half of row \(row)'s failures, for the lag is short"
    case .failsNowhere: "no request fails: no phase, door or kind"
    case .losesOperations: "operations are answered and never logged"
    case .losesNoOperation:
      parameters.influxFault == nil
        ? "every answered operation is logged"
        : "every answered operation is logged or in a pod's standard error"
    case .logsNothingTwice: "no operation is logged twice"
    case .logsOnlyWhatWasSent: "no operation is logged that no client sent"
    case .oldPodsExitWithZero:
      parameters.influxFault == nil
        ? "every old pod exits with 0"
        : "every old pod exits with 0, or 1 if InfluxDB did not confirm"
    case .neverRestarts: "no container is restarted"
    case .answersAreRight: "no answer is wrong"
    }
  }

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
      let own = result.ownTimeouts(door, kind)
      let failed = counts.sum(nil, door, kind) { $0 != .ok } - own
      let sent = counts.sum(nil, door, kind)
      return Self.underLoad(failed == 0 && sent > own, Self.share(failed, of: sent, own), result)
    case .failsNowhere:
      let own = result.ownTimeouts()
      let failed = counts.failed - own
      return Self.underLoad(
        failed == 0 && counts.sent > own, Self.share(failed, of: counts.sent, own), result)
    case .oldPodsAreKilled:
      return Self.deletes(parameters) ? Self.killed(result) : nil
    case .oldPodsEndByThemselves:
      return Self.deletes(parameters) ? Self.endByThemselves(result) : nil
    case .oldPodsExitWithZero:
      return Self.deletes(parameters) ? Self.exitWithZero(result) : nil
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
      return Self.deletes(parameters) ? Self.reportNoneCut(result) : nil
    case .cuts:
      return Self.deletes(parameters)
        ? Expectation.cuts.judge(
          counts.cut, in: result, Self.deletingPhases(parameters), words: "cut ") : nil
    case .stillFails:
      let failed = counts.sum { $0.isMissed } - result.ownTimeouts()
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

  /// Whether the row shows what it is there for is decided by these: where one of them could not be
  /// checked, the row is not judged.
  var isEssential: Bool {
    switch self {
    case .fails, .noneFails, .cuts, .stillFails, .failsNowhere, .losesOperations,
      .losesNoOperation:
      true
    default: false
    }
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

  private static func share(_ failed: Int, of sent: Int, _ ownTimeouts: Int = 0) -> String {
    "\(failed.grouped) of \(sent.grouped)"
      + (ownTimeouts > 0 ? ", without \(ownTimeouts.of("time-out")) in steady" : "")
  }

  /// SIGKILL comes when the grace is over, and the exit is seen a little later. A cluster stamps
  /// both to the second, so that there the difference of the stamps may be a second more.
  private static func killed(_ result: RowResult) -> (Bool?, String) {
    let pods = result.oldPods
    guard !pods.isEmpty else { return (false, "no pod was deleted") }
    let tolerance: Double = result.origin == .cluster ? 2 : 1
    // Instants are added and subtracted: a millisecond is none.
    let killed = pods.filter {
      $0.code == 137
        && abs(($0.stopping ?? .infinity) - Double(result.parameters.grace)) <= tolerance + 0.001
    }
    let times = killed.compactMap(\.stopping)
    let range =
      times.isEmpty
      ? "" : ", after \((times.min() ?? 0).fixed()) to \((times.max() ?? 0).fixed()) s"
    return (killed.count == pods.count, "\(killed.count) of \(pods.count.of("old pod"))\(range)")
  }

  private static func endByThemselves(_ result: RowResult) -> (Bool?, String) {
    judgeCodes(result, "killed") { $0 == 137 }
  }

  /// A pod that got no answer of InfluxDB for what it held says so by its exit code 1, also when
  /// InfluxDB had stored it: under a fault, that is as it should be.
  private static func exitWithZero(_ result: RowResult) -> (Bool?, String) {
    let mayFail = result.parameters.influxFault != nil
    return judgeCodes(result, "with another code") { $0 != 0 && !(mayFail && $0 == 1) }
  }

  /// A rehearsal sees every exit. A cluster may take a pod away before its code is read, and then
  /// it is not known.
  private static func judgeCodes(
    _ result: RowResult, _ words: String, isBad: (Int) -> Bool
  ) -> (Bool?, String) {
    let pods = result.oldPods
    guard !pods.isEmpty else { return (false, "no pod was deleted") }
    let codes = pods.compactMap(\.code)
    let (bad, unknown) = (codes.count(where: isBad), pods.count - codes.count)
    let seen = "\(bad.grouped) of \(pods.count.of("old pod")) \(words)"
    guard bad == 0, unknown > 0 else { return (bad == 0, seen) }
    return (
      result.origin == .cluster ? nil : false, "\(unknown) of \(pods.count) without an exit code"
    )
  }

  private static func reportNoneCut(_ result: RowResult) -> (Bool?, String) {
    let pods = result.oldPods
    guard !pods.isEmpty else { return (false, "no pod was deleted") }
    // A pod that stops during its warm-up has nothing to report.
    let silent = pods.count { $0.cut == nil && $0.ready != nil }
    let cut = pods.reduce(0) { $0 + ($1.cut ?? 0) }
    let seen =
      "\(cut.grouped) cut in \(pods.count.of("old pod"))"
      + (silent > 0 ? ", \(silent) of which reported nothing" : "")
    // On a cluster a pod's log may be gone before it is read.
    if silent > 0, cut == 0, result.origin == .cluster { return (nil, seen) }
    return (silent == 0 && cut == 0, seen)
  }
}

extension RowResult {
  /// Time-outs on a cluster in the phase in which nothing changes. No step causes them: entries of
  /// connection tracking that are stale, or ports that are used up, do.
  package func ownTimeouts(_ door: Door? = nil, _ kind: ClientKind? = nil) -> Int {
    origin == .cluster ? counts.sum(.steady, door, kind) { $0 == .timeout } : 0
  }

  /// How they are told.
  package static func ownTimeouts(_ count: Int, _ moment: String) -> String {
    "\(count.of("time-out")) \(moment), when nothing changed: the cluster's or the load's "
      + "(connection tracking, ports), not the step's"
  }

  /// Those that a phase deleted.
  package var oldPods: [PodTimeline] { pods.filter { $0.deletedIn != nil } }

  /// How many of the pods that a phase deleted got their SIGTERM while the load was on and they
  /// served it: a request had come within the second before, or came after it. Nil where it is not
  /// known when the load ended.
  package func sigtermsUnderLoad(in phase: Phase) -> Int? {
    guard let loadEnd else { return nil }
    return pods.count { pod in
      guard pod.deletedIn == phase, let sigterm = pod.sigterm, sigterm < loadEnd else {
        return false
      }
      return (pod.lastRequest ?? -.infinity) > sigterm - 1
    }
  }
}
