import Comparison

/// A row as the page holds it: its result, with the failures packed.
struct PageDocument: Encodable, Equatable, Sendable {
  /// Where the result lies; nil while the row runs.
  var file: String?
  /// What the row brings; empty for a row that is none of the talk's.
  var news: String
  /// While the row runs: what it does, and the time since its start in seconds.
  var state: String?
  var now: Double?
  private let result: RowResult
  private let failures: PackedFailures?

  init(_ result: RowResult, file: String?, state: String? = nil, now: Double? = nil) {
    self.file = file
    self.state = state
    self.now = now
    news = Row.named(result.row)?.news ?? ""
    failures = result.failures.map { PackedFailures($0) }
    var rest = result
    rest.failures = nil
    self.result = rest
  }

  var row: String { result.row }
  var origin: RowResult.Origin { result.origin }
}
