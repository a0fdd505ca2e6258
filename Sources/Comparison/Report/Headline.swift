/// The comparison in at most 80 columns and 20 lines, to be read from the last row of a hall.
package enum Headline {
  package static let columns = 80
  package static let lines = 20

  package static func lines(_ results: [RowResult]) -> [String] {
    // What is new gives way before any number does.
    let tooWide = (table(results, newsWidth: .max).map(\.count).max() ?? 0) - columns
    let newsWidth = results.map { news($0).count }.max() ?? 0
    var lines = table(results, newsWidth: tooWide > 0 ? max(0, newsWidth - tooWide) : newsWidth)
    // A gap between the rows carries further, as long as there is room.
    if results.count <= 8 { lines = Array(lines.map { [$0] }.joined(separator: [""])) }
    return ([""] + lines + [""]).map { $0.cut(to: columns) }
  }

  private static func news(_ result: RowResult) -> String { Row.named(result.row)?.news ?? "" }

  private static func table(_ results: [RowResult], newsWidth: Int) -> [String] {
    var table = Table([
      ("row", .right), ("what is new", .left), ("sent", .right), ("failed", .right),
      ("cut", .right), ("lost", .right), ("verdict", .left),
    ])
    for result in results {
      table.add([
        result.row, news(result).cut(to: newsWidth), result.counts.sent.grouped,
        result.counts.failed.grouped, result.counts.cut.grouped,
        // Operations are lost only where operations are logged.
        result.audit.map { $0.lost.grouped } ?? "–", result.verdict?.word ?? "not judged",
      ])
    }
    return table.lines()
  }
}
