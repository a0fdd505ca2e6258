/// What stands above the headline: where requests failed, what the verdicts rest on, and where to
/// read on.
package enum Details {
  /// All that is printed at the end. The headline comes last: it is what stays on a screen.
  /// - Parameters:
  ///   - folder: where the JSON documents lie.
  ///   - wall: how long the whole rehearsal took, in seconds.
  package static func lines(_ results: [RowResult], folder: String, wall: Double) -> [String] {
    results.flatMap { row($0, folder: folder) } + Headline.lines(results) + [
      summary(results, wall: wall)
    ]
  }

  private static func row(_ result: RowResult, folder: String) -> [String] {
    let news = Row.named(result.row).map { ": \($0.news)" } ?? ""
    var lines = ["Row \(result.row)\(news)  [\(result.verdict?.word ?? "not judged")]"]
    lines += counts(result.counts).map { "  " + $0 }
    let timeouts = SteadyTimeouts(result)
    if timeouts.count > 0 { lines += wrap(timeouts.text("in steady"), indent: "  ") }
    for finding in result.verdict?.findings ?? [] {
      let word = finding.holds.map { $0 ? "holds" : "FAILS" } ?? "not checked"
      lines += wrap("\(word): \(finding.claim) (\(finding.seen))", indent: "  ")
    }
    lines += wrap(pods(result), indent: "  ")
    if let audit = result.audit { lines += wrap(operations(audit, result), indent: "  ") }
    let latency = result.latency
    lines.append(
      "  answered in ms: p50 \(latency.p50.fixed(0)), p90 \(latency.p90.fixed(0)), p99 "
        + "\(latency.p99.fixed(0)), max \(latency.max.fixed(0))"
    )
    // On a cluster nothing is drawn by lot, and this machine only looks on.
    let isRehearsed = result.origin == .rehearsal
    lines += wrap(isRehearsed ? machine(result.harness) : cluster(result.harness), indent: "  ")
    lines.append(
      "  \(ResultFile.path(of: result.row, in: folder))"
        + (isRehearsed ? "  seed=\(result.parameters.seed)" : ""))
    return lines + [""]
  }

  /// A table for each door, whose classes differ: by phase and kind, without what did not occur.
  package static func counts(_ counts: Counts) -> [String] {
    guard counts.sent > 0 else { return ["no request was sent"] }
    return Door.allCases.filter { counts.sum(nil, $0) > 0 }.flatMap { table(counts, $0) }
  }

  private static func table(_ counts: Counts, _ door: Door) -> [String] {
    let outcomes = Outcome.failures.filter { outcome in counts.sum(nil, door) { $0 == outcome } > 0
    }
    var table = Table(
      [(door.rawValue, .left), ("kind", .left), ("sent", .right), ("failed", .right)]
        + outcomes.map { ($0.rawValue, .right) })
    func add(_ title: String, _ phase: Phase?, _ kind: ClientKind?) {
      let sums = [counts.sum(phase, door, kind), counts.sum(phase, door, kind) { $0 != .ok }]
      let classes = outcomes.map { outcome in counts.sum(phase, door, kind) { $0 == outcome } }
      table.add([title, kind?.rawValue ?? "all"] + (sums + classes).map(\.grouped))
    }
    for phase in Phase.allCases {
      for kind in ClientKind.allCases where counts.sum(phase, door, kind) > 0 {
        add(phase.rawValue, phase, kind)
      }
    }
    add("all", nil, nil)
    // So that all classes fit beside each other.
    return table.lines(gap: outcomes.count > 3 ? 1 : 2)
  }

  private static func pods(_ result: RowResult) -> String {
    let old = result.oldPods
    var text = "\(result.pods.count.of("pod")), \(old.count.grouped) old"
    let codes = Dictionary(grouping: old.compactMap(\.code), by: \.self).sorted { $0.key < $1.key }
    if !codes.isEmpty {
      text += "; exit " + codes.map { "\($0.key) of \($0.value.count)" }.joined(separator: ", ")
    }
    let times = old.compactMap(\.stopping)
    if let shortest = times.min(), let longest = times.max() {
      text += "; stopped in \(shortest.fixed()) to \(longest.fixed()) s"
    }
    let restarts = result.pods.reduce(0) { $0 + $1.restarts }
    if restarts > 0 { text += "; \(restarts.of("restart"))" }
    let reports = old.filter { $0.cut != nil }
    if !reports.isEmpty {
      let sum = { (value: (PodTimeline) -> Int?) in
        reports.reduce(0) { $0 + (value($1) ?? 0) }.grouped
      }
      text += "; reported \(sum(\.cut)) cut, \(sum(\.finished)) finished, \(sum(\.late)) late"
    }
    return text
  }

  private static func operations(_ audit: Audit, _ result: RowResult) -> String {
    let parameters = result.parameters
    // A cluster's clients send before, between and after the phases, too, and all that they send is
    // logged.
    let outside = audit.answered - result.counts.sum { $0 == .ok }
    let all = outside > 0 ? " (\(outside.grouped) of them outside of the phases)" : ""
    var text =
      "operations: \(audit.answered.grouped) answered\(all), \(audit.logged.grouped) logged, "
      + "\(audit.lost.grouped) lost"
    text +=
      ", \(audit.undelivered.grouped) in standard error, \(audit.loggedTwice.grouped) logged twice"
    text += ", \(audit.loggedThoughFailed.grouped) logged though the client saw an error"
    if audit.unknown > 0 { text += ", \(audit.unknown.grouped) that no client sent" }
    let unplaced = audit.lostUnplaced ?? 0
    if unplaced > 0 { text += ", \(unplaced.grouped) lost by pods that no log names" }
    return text + "; InfluxDB: \(parameters.influx ?? "none")"
      + (parameters.influxFault.map { ", \($0) during the rollout" } ?? "")
  }

  private static func machine(_ harness: HarnessReport) -> String {
    let word = harness.isTrustworthy ? "fast enough" : "too slow to be believed"
    let own =
      harness.ownFailures == 0 ? "" : "; \(harness.ownFailures.of("failure")) of the harness's own"
    let reasons = harness.reasons.isEmpty ? "" : ": " + harness.reasons.joined(separator: "; ")
    return
      "took \(harness.wall.fixed()) s; the machine was \(word) (CPU "
      + "\((harness.cpu * 100).fixed(0)) % busy)\(own)\(reasons)"
  }

  private static func cluster(_ harness: HarnessReport) -> String {
    let reasons =
      harness.reasons.isEmpty
      ? "" : "; cannot be believed: " + harness.reasons.joined(separator: "; ")
    return "took \(harness.wall.fixed()) s on the cluster\(reasons)"
  }

  private static func summary(_ results: [RowResult], wall: Double) -> String {
    let holding = results.count { $0.verdict?.word == "holds" }
    let open = results.count { $0.verdict?.word == "not judged" }
    let sound = results.allSatisfy { $0.harness.isSound }
    let text =
      "\(holding) of \(results.count.of("row")) as the talk says"
      + (open > 0 ? ", \(open) not judged" : "") + ", in \(wall.fixed()) s"
    guard results.contains(where: { $0.origin == .rehearsal }) else {
      return text + (sound ? "." : "; not all of it can be believed.")
    }
    return text + "; "
      + (sound
        ? "the machine was fast enough."
        : "the machine or the harness failed, so not all of it can be believed.")
  }

  /// Lines of at most 80 columns, broken at spaces; the further ones stand deeper.
  package static func wrap(_ text: String, indent: String, columns: Int = Headline.columns)
    -> [String]
  {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = indent + "  "
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + [line]
  }
}
