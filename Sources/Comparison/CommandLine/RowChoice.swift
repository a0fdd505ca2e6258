/// The rows that a command is to run, by `v=`, `rows=` and `graceful=`.
package struct RowChoice: Equatable, Sendable {
  /// Of `v=`.
  package var one: Row?
  /// Of `rows=`.
  package var several: [Row]?
  /// The second act of each.
  package var isGraceful = false

  package init() {}

  /// All rows when none is chosen.
  /// - Throws: `CommandError` (64) when the options contradict each other.
  package func rows() throws(CommandError) -> [Row] {
    guard one == nil || several == nil else {
      throw .usage("v= and rows= contradict each other; give one of them")
    }
    let chosen = one.map { [$0] } ?? several
    guard isGraceful else { return chosen ?? Row.all }
    guard let chosen else {
      throw .usage("graceful=1 goes with v=6 or v=7; row 6g and 7g are run without it, too")
    }
    return try chosen.map { row throws(CommandError) in
      guard let graceful = row.graceful else {
        throw .usage("graceful=1: row \(row.name) has no such act; v=6 and v=7 have")
      }
      return graceful
    }
  }
}

extension Option {
  /// `v=`, `rows=` and `graceful=`.
  /// - Parameter how: `side by side`.
  package static func rows(_ how: String, to path: WritableKeyPath<Values, RowChoice> & Sendable)
    -> [Option]
  {
    let names = Row.all.map(\.name).joined(separator: " ")
    return [
      Option("v", "4", "the one row (default all)", allowed: "one of \(names)") { values, text in
        values[keyPath: path].one = Row.named(text)
        return values[keyPath: path].one != nil
      },
      Option(
        "rows", "\"3 4\"", "the rows, \(how) (default all)",
        allowed: "a list of \(names), each once"
      ) {
        values, text in
        values[keyPath: path].several = OptionValue.list { Row.named($0) }(text)
        return values[keyPath: path].several != nil
      },
      Option("graceful", "1", "with v=6 or v=7: the act that loses nothing", allowed: "0 or 1") {
        values, text in
        guard let flag = OptionValue.flag(text) else { return false }
        values[keyPath: path].isGraceful = flag
        return true
      },
    ]
  }
}
