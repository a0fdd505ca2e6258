import Shared

/// All rows of one rehearsal in a few lines, for a program that decides by it: `summary.json`.
package struct Summary: Codable, Equatable, Sendable {
  package struct Line: Codable, Equatable, Sendable {
    package let row: String
    package let verdict: String
    package let holds: Bool
    package let sent: Int
    package let failed: Int
    package let cut: Int
    /// Nil for steps that log no operations.
    package let lost: Int?
    /// The claims that fail, each with what was seen.
    package let fails: [String]
  }

  package var schema = RowResult.currentSchema
  /// No row fails and all can be believed: then the exit status is 0.
  package let holds: Bool
  package let commit: String?
  package let rows: [Line]

  package init(_ results: [RowResult]) {
    holds = results.allSatisfy { $0.verdict?.holds == true }
    commit = results.first?.commit
    rows = results.map { result in
      Line(
        row: result.row, verdict: result.verdict?.word ?? "not judged",
        holds: result.verdict?.holds ?? false, sent: result.counts.sent,
        failed: result.counts.failed, cut: result.counts.cut, lost: result.audit?.lost,
        fails: (result.verdict?.findings ?? []).filter { $0.holds == false }.map {
          "\($0.claim) (\($0.seen))"
        })
    }
  }

  /// Writes `<folder>/summary.json`.
  /// - Throws: `CommandError` (73).
  package func write(to folder: String) throws(CommandError) {
    try ResultFile.write("\(folder)/summary.json", option: "results") {
      try ResultFile.encode(self)
    }
  }
}
