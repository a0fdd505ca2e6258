/// What a row showed: the document in `results/rehearsal/<row>.json`.
package struct RowResult: Codable, Equatable, Sendable {
  /// Changes when a field changes its meaning.
  package static let currentSchema = 2
  /// Those that are read; what came later is nil in an earlier one.
  package static let readable = 1...2

  /// Where it was run.
  package enum Origin: String, Codable { case rehearsal, cluster }

  package var schema = RowResult.currentSchema
  /// The row's name, or that of a subject which is none.
  package var row: String
  /// Nil for the nine rows.
  package var subject: SubjectDescription?
  package var origin = Origin.rehearsal
  package var parameters: Parameters
  /// When it began, by the wall clock: `2026-11-27T19:10:00Z`.
  package var began: String?
  /// What ran it: the commit of the working copy, with `-dirty` when that was changed; nil when
  /// there is none.
  package var commit: String?
  package var spans: [PhaseSpan]?
  /// When the last request was sent, in seconds since the row's start.
  package var loadEnd: Double?
  package var counts = Counts()
  package var series: RequestSeries?
  /// The first failures one by one, and how many more there were.
  package var failures: [FailedRequest]?
  package var failuresDropped: Int?
  /// Of the answered requests.
  package var latency = LatencySummary()
  /// Of the operations; nil for steps that log none.
  package var audit: Audit?
  package var pods: [PodTimeline] = []
  package var harness = HarnessReport()
  package var verdict: Verdict?

  package init(row: String, parameters: Parameters) {
    self.row = row
    self.parameters = parameters
  }

  private enum CodingKeys: String, CodingKey {
    case schema, row, subject, began, commit, parameters, spans, counts, series, failures, audit
    case pods, harness, verdict
    case loadEnd = "load_end_s"
    case failuresDropped = "failures_dropped"
    case origin = "stage"
    case latency = "latency_ms"
  }
}
