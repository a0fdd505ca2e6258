import Comparison
import Shared

/// The results of the subjects that have come to their end, for a rehearsal that is interrupted.
final class FinishedRows: Sendable {
  private let rows = Lock<[Int: RowResult]>([:])

  func add(_ result: RowResult, at index: Int) { rows.withLock { $0[index] = result } }

  /// In the order in which they were asked for.
  var results: [RowResult] {
    rows.withLock { rows in rows.sorted { $0.key < $1.key }.map(\.value) }
  }
}
