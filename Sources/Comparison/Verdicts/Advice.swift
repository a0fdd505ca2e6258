/// What to change in a service or its manifest, one line for each finding of a rehearsal: from what
/// was seen, never from what the service is.
struct Advice {
  private let result: RowResult
  private let pods: [String: PodTimeline]
  private let failures: [FailureCause: [FailedRequest]]

  init(_ result: RowResult) {
    self.result = result
    let pods = Dictionary(result.pods.map { ($0.name, $0) }) { $1 }
    self.pods = pods
    failures = Dictionary(grouping: result.failures ?? []) { failure in
      FailureCause(failure, at: failure.pod.flatMap { pods[$0] })
    }
  }

  var lines: [String] {
    [
      starting, serving, listening, endpoints, inFlight, kept, accepted, stopping, killed, codes,
      restarts, unseen, neither,
    ].compactMap(\.self)
  }

  private var hasReadiness: Bool { result.subject?.probes.contains("readiness") == true }

  private var starting: String? {
    guard let found = failures[.beforeListening] else { return nil }
    let latest = found.compactMap { failure in
      failure.pod.flatMap { pods[$0]?.started }.map { failure.sent - $0 }
    }
    let seen =
      "\(found.count.of("request")) came to pods that did not listen yet, up to "
      + "\((latest.max() ?? 0).fixed()) s after their start"
    return hasReadiness
      ? "\(seen): the readinessProbe passes too early; let it ask what requests need"
      : "\(seen): add a readinessProbe that passes once the service can serve"
  }

  private var serving: String? {
    failures[.beforeServing].map {
      "\($0.count.of("request")) failed at pods that listened and could not serve yet: "
        + (hasReadiness ? "let the readinessProbe pass later" : "add a readinessProbe")
    }
  }

  private var listening: String? {
    guard let found = failures[.afterListening] else { return nil }
    let last = found.compactMap(\.sinceDeletion).max() ?? 0
    // With a margin: the lag of a proxy differs from one deletion to the next.
    let seconds = Int(max(lag ?? 0, last).rounded(.up)) + 1
    let seen =
      "\(found.count.of("request")) went to deleted pods that did not listen any more, up to "
      + "\(last.fixed()) s after the deletion"
    let proxies = lag.map { " (proxies took up to \($0.fixed()) s)" } ?? ""
    if let preStop = Self.preStop(of: result.oldPods), preStop >= Double(seconds) - 0.001 {
      return
        "\(seen)\(proxies): preStop takes \(preStop.fixed()) s, so the service stopped listening "
        + "before its SIGTERM"
    }
    return "\(seen)\(proxies): wait before SIGTERM, lifecycle.preStop.sleep.seconds: \(seconds)"
  }

  /// The longest time that the hook took, of whatever kind it is; nil where none was run.
  private static func preStop(of pods: [PodTimeline]) -> Double? {
    pods.compactMap { pod in
      pod.preStop.flatMap { begin in pod.sigterm.map { $0 - begin } }
    }.max()
  }

  /// The longest time that a deleted pod stayed in a proxy's table.
  private var lag: Double? {
    result.oldPods.compactMap { pod in
      guard let deletion = pod.deletion, let left = pod.outOfEndpoints else { return nil }
      return left - deletion
    }.max()
  }

  private var endpoints: String? {
    failures[.noPod].map {
      "\($0.count.of("request")) found no ready pod: more replicas, or "
        + "strategy.rollingUpdate.maxUnavailable: 0"
    }
  }

  private var inFlight: String? {
    failures[.cutInFlight].map {
      "\($0.count.of("request")) in flight \($0.count.were) cut at SIGTERM: drain, finish what was "
        + "begun and only then exit"
    }
  }

  private var kept: String? {
    failures[.cutKept].map {
      "\($0.count.of("request")) \($0.count.were) lost on connections that clients or balancers "
        + "had kept: after SIGTERM answer with Connection: close, and close an idle connection "
        + "only after its next request or a while"
    }
  }

  private var accepted: String? {
    failures[.cutAccepted].map {
      "\($0.count.of("new connection")) \($0.count.were) accepted after SIGTERM and closed without "
        + "an answer: close the listener first, then serve what was accepted"
    }
  }

  private var stopping: String? {
    failures[.refusedWhileStopping].map {
      "\($0.count.of("request")) got an error from pods on their way out: go on serving until no "
        + "more come"
    }
  }

  private var killed: String? {
    let killed = result.oldPods.filter { $0.code == 137 }
    guard !killed.isEmpty else { return nil }
    let (grace, preStop) = (result.parameters.grace, Self.preStop(of: killed) ?? 0)
    let cut = failures[.killed].map { ", which cut \($0.count.of("request"))" } ?? ""
    let seen =
      "\(killed.count.of("old pod")) ended by SIGKILL (137) after the grace of \(grace) s\(cut)"
    guard killed.contains(where: { $0.stillListening == true }) else {
      return
        "\(seen): preStop \(preStop.fixed()) s + the stop, longer than "
        + "\(max(0, Double(grace) - preStop).fixed()) s, is more than "
        + "terminationGracePeriodSeconds; raise it, or bound the drain"
    }
    return
      "\(seen) and listened to the end: handle SIGTERM; PID 1 ignores signals without a handler, "
      + "and a shell does not pass them on"
  }

  private var codes: String? {
    let codes = result.oldPods.compactMap(\.code).filter { $0 != 0 && $0 != 137 }
    guard !codes.isEmpty else { return nil }
    let shown = Set(codes).sorted().map(String.init).joined(separator: ", ")
    let advice =
      codes.contains(143)
      ? "143 is SIGTERM without a handler; handle it" : "exit with 0 after a clean stop"
    return "\(codes.count.of("old pod")) exited with \(shown): \(advice)"
  }

  private var restarts: String? {
    let restarts = result.pods.reduce(0) { $0 + $1.restarts }
    guard restarts > 0 else { return nil }
    let hasLiveness = result.subject?.probes.contains("liveness") == true
    return "\(restarts.of("restart")) of containers: the process ended by itself"
      + (hasLiveness ? ", or its livenessProbe failed; logs=logs keeps" : "; logs=logs keeps")
      + " what it wrote"
  }

  private var unseen: String? {
    let phases = Claim.sparedPhases(result)
    guard !phases.isEmpty else { return nil }
    return
      "no SIGTERM came under load in \(phases.map(\.rawValue).joined(separator: " and ")): more "
      + "clients=, or kind=keepalive among them"
  }

  private var neither: String? {
    guard let found = failures[.neither] else { return nil }
    let classes = Outcome.failures.compactMap { outcome in
      let count = found.count { $0.outcome == outcome }
      return count > 0 ? "\(count.grouped) \(outcome.rawValue)" : nil
    }
    return
      "\(found.count.of("request")) failed at pods that were neither starting nor stopping "
      + "(\(classes.joined(separator: ", "))): the service fails under this load by itself"
  }
}

extension Int {
  fileprivate var were: String { self == 1 ? "was" : "were" }
}
