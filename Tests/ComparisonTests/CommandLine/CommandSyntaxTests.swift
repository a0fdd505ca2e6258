import Testing

@testable import Comparison

struct CommandSyntaxTests {
  private struct Values: Equatable {
    var count = 3
    var isOn = false
    var folder = "here"
    var limit: Int?
  }

  private static let syntax = CommandSyntax<Values>(
    "count", "counts things",
    options: [
      .number("count", "3", "how many (default 3)", 1...5, to: \.count),
      .number("limit", "4", "at most", 1...9, to: \.limit),
      .flag("on", "whether", to: \.isOn), .folder("folder", "here", "where", to: \.folder),
    ]
  ) { values throws(CommandError) in
    guard values.count <= values.limit ?? 5 else { throw .usage("count= is above limit=") }
  }

  private func parse(_ words: [String]) throws(CommandError) -> Values {
    var values = Values()
    try Self.syntax.parse(words, into: &values)
    return values
  }

  @Test func `what is not given has its default`() throws { #expect(try parse([]) == Values()) }

  @Test func `every option is taken`() throws {
    #expect(
      try parse(["on=1", "count=5", "folder=a=b", "limit=9"])
        == Values(count: 5, isOn: true, folder: "a=b", limit: 9))
  }

  @Test(arguments: [
    ("count", "'count' is not of the form option=value; help=1 lists the options"),
    ("size=1", "count takes no size=; it takes count= limit= on= folder="),
    ("count=6", "count=6: count= takes a whole number, 1 to 5"),
    ("count=", "count=: count= takes a whole number, 1 to 5"),
    ("count=+4", "count=+4: count= takes a whole number, 1 to 5"),
    ("count=٣", "count=٣: count= takes a whole number, 1 to 5"),
    (
      "count=99999999999999999999",
      "count=99999999999999999999: count= takes a whole number, 1 to 5"
    ),
    ("on=yes", "on=yes: on= takes 0 or 1"), ("folder=", "folder=: folder= takes a folder"),
  ])
  func `a wrong word is refused in one line that says what is allowed`(
    word: String, message: String
  ) {
    #expect(#expect(throws: CommandError.self) { try parse([word]) } == .usage(message))
  }

  @Test func `an option is given once`() {
    let refusal = #expect(throws: CommandError.self) { try parse(["on=1", "on=1"]) }
    #expect(refusal == .usage("on= is given twice"))
  }

  @Test func `values that do not go together are refused`() {
    let refusal = #expect(throws: CommandError.self) { try parse(["limit=2"]) }
    #expect(refusal == .usage("count= is above limit="))
  }

  @Test(arguments: [["help=1"], ["--help"], ["-h"], ["help"], ["on=7", "help"]])
  func `help is asked for in four ways, whatever else is given`(words: [String]) {
    #expect(Help.isWanted(words))
  }

  @Test(arguments: [[], ["help=0"], ["folder=help"]])
  func `other words ask for none`(words: [String]) throws {
    #expect(!Help.isWanted(words))
    _ = try parse(words)
  }

  @Test func `help lists every option on a line of its own`() {
    #expect(
      Self.syntax.help == [
        "count: counts things", "Options, as words of the form option=value:",
        "  count=3      how many (default 3)", "  limit=4      at most", "  on=1         whether",
        "  folder=here  folder where", "  help=1       list these options",
      ])
  }
}
