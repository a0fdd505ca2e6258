import Comparison

/// What several k6 have seen together.
struct LoadSum: Sendable {
  let counts: Counts
  private let latency: LatencySummary
  /// Requests of which it is not known what became of them.
  let notKnown: Int
  /// Why the figures cannot be believed; empty when they can.
  var complaints: [String]

  /// - Parameters:
  ///   - spans: by this machine's clock; nil when everything is one phase.
  ///   - report: the length of a user's periods in seconds.
  init(
    _ logs: [LoadLog], in spans: PhaseSpans? = nil, to end: LoadCheck.End = .own, report: Int = 10
  ) {
    var always = PhaseSpans()
    always.begin(.steady, at: -.infinity)
    let seen = LoadCounts(logs, in: spans ?? always)
    (counts, latency) = (seen.counts, seen.latency.summary)
    notKnown = logs.reduce(0) { $0 + $1.notKnown }
    complaints = LoadCheck.complaints(logs, to: end, report: report)
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
    return table.lines() + (notKnown > 0 ? ["not known: \(notKnown.grouped)"] : [])
  }

  /// A table by outcome, and how long answers took.
  var lines: [String] {
    var table = Table([("outcome", .left), ("requests", .right), ("share", .right)])
    let sent = counts.sent + notKnown
    func share(_ count: Int) -> String {
      sent == 0 ? "–" : "\((Double(count) * 100 / Double(sent)).fixed(2)) %"
    }
    for outcome in Outcome.allCases {
      let count = counts.sum { $0 == outcome }
      if count > 0 || outcome == .ok { table.add([outcome.rawValue, count.grouped, share(count)]) }
    }
    table.add(["failed", counts.failed.grouped, share(counts.failed)])
    if notKnown > 0 { table.add(["not known", notKnown.grouped, share(notKnown)]) }
    table.add(["sent", sent.grouped, ""])
    return table.lines()
      + [
        "",
        "answered in ms: p50 \(latency.p50.fixed(0)), p90 \(latency.p90.fixed(0)), p99 "
          + "\(latency.p99.fixed(0)), max \(latency.max.fixed(0))",
      ]
  }
}
