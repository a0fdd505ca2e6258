import Comparison
import Synchronization

/// Where rows, each on its own loop, write how they are doing, for the screen to read.
final class Board: Sendable {
  private let rows: Mutex<[LiveRow]>

  init(_ rows: [Row]) { self.rows = Mutex(rows.map { LiveRow(row: $0.name) }) }

  func set(_ row: LiveRow) {
    rows.withLock { rows in
      if let index = rows.firstIndex(where: { $0.row == row.row }) { rows[index] = row }
    }
  }

  var current: [LiveRow] { rows.withLock { $0 } }
}
