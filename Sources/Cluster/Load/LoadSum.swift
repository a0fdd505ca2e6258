import Comparison

/// What several k6 have seen together.
struct LoadSum: Equatable, Sendable {
  private(set) var counts = Counts()
  private(set) var latency = LatencyHistogram()
  /// Why the figures cannot be believed; empty when they can.
  private(set) var complaints: [String] = []

  /// - Parameter mustBeWhole: whether each k6 was to come to its own end.
  init(_ logs: [LoadLog], mustBeWhole: Bool = true) {
    var always = PhaseSpans()
    always.begin(.steady, at: 0)
    for log in logs { log.count(in: always, to: &counts, &latency) }
    complaints = Self.complaints(logs, mustBeWhole: mustBeWhole)
  }

  static func complaints(_ logs: [LoadLog], mustBeWhole: Bool) -> [String] {
    var complaints: [String] = []
    let cut = logs.filter { mustBeWhole && !$0.isWhole }
    if let one = cut.first {
      complaints.append(
        "\(cut.count.of("k6", "k6")) did not come to an end: "
          + "\(one.lastWords ?? "it does not say why")"
      )
    }
    if logs.isEmpty { complaints.append("no k6 has written anything") }
    let missing = logs.reduce(0) { $0 + $1.missingLines }
    if missing > 0 {
      complaints.append(
        "the logs of k6 were cut: \(missing.of("failure")) are counted in them and not there")
    }
    let untold = logs.reduce(0) { $0 + $1.missingAnswers }
    if untold > 0 {
      complaints.append(
        "the logs of k6 were cut: the lines that count \(untold.of("answer")) are not there")
    }
    let own = logs.reduce(0) { $0 + $1.ownFailures }
    if own > 0 {
      let example = logs.flatMap(\.failures).first { $0.outcome == nil }?.why ?? ""
      complaints.append(
        "\(own.of("request")) failed for want of something on k6's own side (\(example))")
    }
    let late = logs.filter { ($0.late ?? 0) > 1 }
    if !late.isEmpty {
      complaints.append("\(late.count.of("k6", "k6")) started more than a second after the others")
    }
    return complaints
  }

  /// A table by door and kind of client, with the classes of failure that occurred.
  var doorLines: [String] {
    let outcomes = Outcome.failures.filter { outcome in counts.sum { $0 == outcome } > 0 }
    var table = Table(
      [("door", .left), ("kind", .left), ("sent", .right), ("failed", .right)]
        + outcomes.map { ($0.rawValue, .right) })
    for door in Door.allCases {
      for kind in ClientKind.allCases where counts.sum(nil, door, kind) > 0 {
        let sums = [counts.sum(nil, door, kind), counts.sum(nil, door, kind) { $0 != .ok }]
        let classes = outcomes.map { outcome in counts.sum(nil, door, kind) { $0 == outcome } }
        table.add([door.rawValue, kind.rawValue] + (sums + classes).map(\.grouped))
      }
    }
    return table.lines()
  }

  /// A table by outcome, and how long answers took.
  var lines: [String] {
    var table = Table([("outcome", .left), ("requests", .right), ("share", .right)])
    func share(_ count: Int) -> String {
      counts.sent == 0 ? "–" : "\((Double(count) * 100 / Double(counts.sent)).fixed(2)) %"
    }
    for outcome in Outcome.allCases {
      let count = counts.sum { $0 == outcome }
      if count > 0 || outcome == .ok { table.add([outcome.rawValue, count.grouped, share(count)]) }
    }
    table.add(["failed", counts.failed.grouped, share(counts.failed)])
    table.add(["sent", counts.sent.grouped, ""])
    let times = latency.summary
    return table.lines()
      + [
        "",
        "answered in ms: p50 \(times.p50.fixed(0)), p90 \(times.p90.fixed(0)), p99 "
          + "\(times.p99.fixed(0)), max \(times.max.fixed(0))",
      ]
  }
}
