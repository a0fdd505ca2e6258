import Comparison
import Shared

/// Where subjects, each on its own loop, write how they are doing, for the screen to read.
final class Board: Sendable {
  private let rows: Lock<[LiveRow]>

  /// - Parameter rows: in the order in which they are shown.
  init(_ rows: [LiveRow]) { self.rows = Lock(rows) }

  func set(_ row: LiveRow) {
    rows.withLock { rows in
      if let index = rows.firstIndex(where: { $0.row == row.row }) { rows[index] = row }
    }
  }

  var current: [LiveRow] { rows.withLock { $0 } }
}
