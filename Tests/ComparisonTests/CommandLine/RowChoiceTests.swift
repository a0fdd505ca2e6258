import Testing

@testable import Comparison

struct RowChoiceTests {
  private static let syntax = CommandSyntax<RowChoice>(
    "command", "something", options: Option.rows("at once", to: \.self))

  private func rows(_ words: [String]) throws(CommandError) -> [String] {
    var choice = RowChoice()
    try Self.syntax.parse(words, into: &choice)
    return try choice.rows().map(\.name)
  }

  @Test(arguments: [
    ([], Row.all.map(\.name)), (["v=5"], ["5"]), (["rows=3 4"], ["3", "4"]),
    (["rows=4,3"], ["4", "3"]), (["v=6", "graceful=1"], ["6g"]),
    (["graceful=1", "rows=7 6"], ["7g", "6g"]), (["v=6", "graceful=0"], ["6"]),
  ])
  func `rows are chosen`(words: [String], names: [String]) throws {
    #expect(try rows(words) == names)
  }

  @Test(arguments: [
    (["v=8"], "v=8: v= takes one of 1 2 3 4 5 6 6g 7 7g"),
    (["v="], "v=: v= takes one of 1 2 3 4 5 6 6g 7 7g"),
    (["rows=3 3"], "rows=3 3: rows= takes a list of 1 2 3 4 5 6 6g 7 7g, each once"),
    (["rows="], "rows=: rows= takes a list of 1 2 3 4 5 6 6g 7 7g, each once"),
    (["v=4", "rows=3 4"], "v= and rows= contradict each other; give one of them"),
    (["graceful=1"], "graceful=1 goes with v=6 or v=7; row 6g and 7g are run without it, too"),
    (["graceful=1", "v=5"], "graceful=1: row 5 has no such act; v=6 and v=7 have"),
    (["v=6g", "graceful=1"], "graceful=1: row 6g has no such act; v=6 and v=7 have"),
  ])
  func `rows that are none are refused with what there is`(words: [String], message: String) {
    let refusal = #expect(throws: CommandError.self) { try rows(words) }
    #expect(refusal == .usage(message))
  }
}
