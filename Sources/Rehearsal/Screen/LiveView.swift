import Comparison

/// The screen while rows run, redrawn in place; for anything but a terminal plain lines instead.
struct LiveView: Sendable {
  /// The widths of the lines that stand on the screen.
  private var drawn: [Int] = []

  init() {}

  /// The lines of a picture, none wider than the screen: what each row does, and below it what
  /// failed so far.
  static func lines(_ snapshot: LiveSnapshot, columns: Int) -> [String] {
    var table = Table([
      ("row", .right), ("phase", .left), ("rollout", .left), ("starting", .right),
      ("ready", .right), ("ending", .right), ("req/s", .right),
      ("sent", .right), ("failed", .right),
    ])
    for row in snapshot.rows {
      table.add([
        row.row, row.state.word, progress(row), row.starting.grouped, row.ready.grouped,
        row.terminating.grouped,
        Int(row.requestsPerSecond.rounded()).grouped, row.sent.grouped, row.failed.grouped,
      ])
    }
    return (["rehearsal, \(snapshot.elapsed.fixed(0)) s"] + table.lines() + failures(snapshot)).map
    { $0.cut(to: columns) }
  }

  /// The classes that occurred, by row; nothing while nothing failed.
  private static func failures(_ snapshot: LiveSnapshot) -> [String] {
    let outcomes = Outcome.failures.filter { outcome in
      snapshot.rows.contains { $0.failures[outcome, default: 0] > 0 }
    }
    guard !outcomes.isEmpty else { return [] }
    var table = Table([("row", .right)] + outcomes.map { ($0.rawValue, .right) })
    for row in snapshot.rows {
      table.add([row.row] + outcomes.map { row.failures[$0, default: 0].grouped })
    }
    return [""] + table.lines()
  }

  /// The bytes that draw a picture over the last one.
  ///
  /// The cursor stays in the line below. When the terminal has become narrower, it has broken the
  /// old lines, so their rows are counted anew.
  mutating func frame(_ snapshot: LiveSnapshot, columns: Int, rows: Int) -> String {
    // The last column stays free: a character there leaves some terminals in the next line. So does
    // the last row.
    let lines = Array(Self.lines(snapshot, columns: max(1, columns - 1)).prefix(max(1, rows - 1)))
    let text =
      erase(columns: columns, rows: rows) + lines.map { $0 + "\u{1B}[K\r\n" }.joined() + "\u{1B}[J"
    drawn = lines.map(\.count)
    return text
  }

  /// The bytes that take the last picture away.
  mutating func clear(columns: Int, rows: Int) -> String {
    let text = erase(columns: columns, rows: rows) + (drawn.isEmpty ? "" : "\u{1B}[J")
    drawn = []
    return text
  }

  private func erase(columns: Int, rows: Int) -> String {
    let height = drawn.reduce(0) { $0 + max(1, ($1 + max(1, columns) - 1) / max(1, columns)) }
    guard height > 0 else { return "" }
    let up = "\u{1B}[\(min(height, max(1, rows - 1)))A\r"
    // Broken lines leave rests beside the new ones.
    return height == drawn.count ? up : up + "\u{1B}[J"
  }

  /// One line per row, for a file or a pipe.
  static func plainLines(_ snapshot: LiveSnapshot) -> [String] {
    snapshot.rows.map { row in
      "\(snapshot.elapsed.fixed(0).aligned(to: 4)) s  \(row.label)  \(row.state.word)  rollout "
        + "\(row.updated)/\(row.wanted)"
        + "  pods \(row.starting) starting, \(row.ready) ready, \(row.terminating) ending"
        + "  \(Int(row.requestsPerSecond.rounded()).grouped) req/s  sent \(row.sent.grouped)  "
        + "failed \(row.failureText)"
    }
  }

  private static func progress(_ row: LiveRow) -> String {
    let width = 6
    let filled = row.wanted > 0 ? min(width, max(0, row.updated) * width / row.wanted) : 0
    return String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      + " \(row.updated)/\(row.wanted)"
  }
}
