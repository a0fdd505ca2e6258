import Comparison

/// A row while it runs: what its result would be now, what it does, and how long it has run.
package struct RowProgress: Sendable {
  package var result: RowResult
  package var state: String
  /// Seconds since the row's start.
  package var now: Double

  package init(_ result: RowResult, state: String, now: Double) {
    self.result = result
    self.state = state
    self.now = now
  }

  var document: PageDocument { PageDocument(result, file: nil, state: state, now: now) }
}

/// What has changed in a row since it was last sent.
struct RowDelta: Encodable, Equatable, Sendable {
  /// Of a door and kind, the steps from `from` on.
  struct Tail: Encodable, Equatable, Sendable {
    let door: Door
    let kind: ClientKind
    let from: Int
    let sent: [Int]
    let failed: [Int]
  }

  struct Series: Encodable, Equatable, Sendable {
    let stepMilliseconds: Int
    let lines: [Tail]

    private enum CodingKeys: String, CodingKey {
      case lines
      case stepMilliseconds = "step_ms"
    }
  }

  let row: String
  let state: String
  let now: Double
  private(set) var counts: Counts?
  private(set) var spans: [PhaseSpan]?
  private(set) var pods: [PodTimeline]?
  private(set) var series: Series?
  private(set) var failures: PackedFailures?

  init(from old: RowProgress, to new: RowProgress) {
    (row, state, now) = (new.result.row, new.state, new.now)
    let (before, after) = (old.result, new.result)
    if before.counts != after.counts { counts = after.counts }
    if before.spans != after.spans { spans = after.spans }
    let changed = Self.changed(before.pods, after.pods)
    if !changed.isEmpty { pods = changed }
    if let series = after.series {
      let tails = series.lines.compactMap { Self.tail(of: $0, after: before.series) }
      if !tails.isEmpty {
        self.series = Series(stepMilliseconds: series.stepMilliseconds, lines: tails)
      }
    }
    let known = before.failures?.count ?? 0
    if let all = after.failures, all.count > known {
      failures = PackedFailures(all[known...])
    }
  }

  /// A pod of which nothing is new but the last request is not sent again: that is all of them.
  private static func changed(_ old: [PodTimeline], _ new: [PodTimeline]) -> [PodTimeline] {
    let before = Dictionary(old.map { ($0.name, $0) }) { $1 }
    return new.filter { pod in
      guard var last = before[pod.name] else { return true }
      last.lastRequest = pod.lastRequest
      return last != pod
    }
  }

  /// Requests are counted in the step in which they were sent, so earlier steps may change, too.
  private static func tail(of line: RequestSeries.Line, after old: RequestSeries?) -> Tail? {
    let known = old?.lines.first { $0.door == line.door && $0.kind == line.kind }
    let steps = zip(known?.sent ?? [], known?.failed ?? [])
    let from = zip(steps, zip(line.sent, line.failed)).prefix { $0.0 == $1.0 && $0.1 == $1.1 }.count
    guard from < line.sent.count else { return nil }
    return Tail(
      door: line.door, kind: line.kind, from: from, sent: Array(line.sent[from...]),
      failed: Array(line.failed[from...]))
  }
}
