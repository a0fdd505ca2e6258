import Testing

@testable import Comparison

@Suite struct CommandWordsTests {
  @Test(arguments: [
    ("node server.js", ["node", "server.js"]),
    ("  a\t b\n", ["a", "b"]),
    ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    (#"a\ b "c\"d" 'e\f' "g\h""#, ["a b", "c\"d", "e\\f", "g\\h"]),
    ("a '' b=\"\"", ["a", "", "b="]),
    ("sh -c 'exec \"$X\"'", ["sh", "-c", "exec \"$X\""]),
  ])
  func `a command line becomes words as in a shell`(text: String, words: [String]) {
    #expect(CommandWords.split(text) == words)
  }

  @Test(arguments: ["", "  ", "a 'b", "a \"b", "a\\"])
  func `nothing, and a quote that is not closed, is none`(text: String) {
    #expect(CommandWords.split(text) == nil)
  }
}
