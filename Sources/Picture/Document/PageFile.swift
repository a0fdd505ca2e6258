import Comparison

/// The page as a file: opens from disk without a network, and can be mailed.
package enum PageFile {
  /// `results/rehearsal.html`, beside the folder of the results.
  package static func path(beside folder: String) -> String {
    "\(folder.hasSuffix("/") ? String(folder.dropLast()) : folder).html"
  }

  /// Writes the page of a run beside its results, whole or not at all.
  /// - Returns: the path.
  /// - Throws: `CommandError` (73).
  package static func write(_ results: [RowResult], beside folder: String) throws(CommandError)
    -> String
  {
    let documents = results.map {
      PageDocument($0, file: ResultFile.path(of: $0.row, in: folder))
    }
    let path = path(beside: folder)
    try write(PageData(documents: documents), to: path, option: "results")
    return path
  }

  /// What `write` found in folders.
  package struct Shown: Equatable, Sendable {
    package let rows: Int
    /// A line for each file that is not shown.
    package let problems: [String]
  }

  /// Writes the page of all results that lie in folders.
  /// - Throws: `CommandError` (73).
  package static func write(_ path: String, from folders: [String]) throws(CommandError) -> Shown {
    let recorded = RecordedResults(folders: folders)
    try write(
      PageData(documents: recorded.documents, problems: recorded.problems), to: path, option: "page"
    )
    return Shown(
      rows: recorded.documents.count, problems: recorded.problems.map { "\($0.file): \($0.why)" })
  }

  private static func write(_ data: PageData, to path: String, option: String) throws(CommandError)
  {
    let nonce = PageNonce.next()
    try ResultFile.write(path, option: option) {
      PageText.page(data: try data.json(), nonce: nonce, policy: PageText.policy(nonce: nonce))
    }
  }
}

/// A word that data in the page cannot know.
enum PageNonce {
  static func next() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in String(UInt64.random(in: 0...(.max), using: &generator), radix: 36) }
      .joined()
  }
}
