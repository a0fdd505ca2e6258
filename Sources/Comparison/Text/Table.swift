/// Columns of text, as wide as their widest cell.
package struct Table {
  package enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// The first row is the head.
  package init(_ head: [(title: String, alignment: Alignment)]) {
    alignments = head.map(\.alignment)
    rows = [head.map(\.title)]
  }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// Lines without trailing spaces, columns `gap` spaces apart.
  package func lines(gap: Int = 2) -> [String] {
    let widths = alignments.indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, zip(alignments, widths)).map {
        $1.0 == .left ? $0.padded(to: $1.1) : $0.aligned(to: $1.1)
      }
      let line = cells.joined(separator: String(repeating: " ", count: gap))
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
