import Testing

@testable import Shared

@Suite struct JSONReaderTests {
  private func check(_ text: String) throws(JSONError) {
    var reader = try JSONReader(Array(text.utf8))
    try reader.skip()
    try reader.end()
  }

  @Test(arguments: [
    "0", "-0", "10", "1.5", "-1.5e+10", "1E5", "1e-5", "true", "false", "null", #""""#,
    #""\"\\\/\b\f\n\r\t\u00e9\ud800""#, #""größe""#,
    "[]", "{}",
    " [ 1 , 2 ] ", #"{"a":{"b":[{}]},"a":1}"#, "\t\r\n 1 \n", "1e999",
  ])
  func `what the grammar allows is read`(text: String) throws {
    try check(text)
  }

  @Test(arguments: [
    "", " ", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "-01", "1 2", "nan", "Infinity",
    "tru", "truee", "nul", "'a'", "\"a",
    "\"\\x\"",
    "\"\\u12g4\"", "\"\\u12", "\"a\u{1}\"", "\"\n\"", "[", "]", "[1", "[1,", "[1,]", "[,1]",
    "[1 2]", "{", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "\u{FEFF}1", "\u{A0}1", "1//",
    "\"\\",
  ])
  func `what the grammar does not allow is refused`(text: String) {
    #expect(throws: JSONError.self) { try check(text) }
  }

  @Test(
    arguments: [
      [0xFF], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    #expect(throws: JSONError.notUTF8) { try JSONReader(bytes) }
  }

  @Test(arguments: [
    ("9223372036854775807", JSONNumber.integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .double(0x1p63)),
    ("-9223372036854775809", .double(-0x1p63)), ("1.0", .double(1)), ("1e2", .double(100)),
    ("-0", .integer(0)), ("  7", .integer(7)),
    ("1e999", .double(.infinity)), ("1e-999", .double(0)),
    ("5e-324", .double(.leastNonzeroMagnitude)),
  ])
  func `numbers are what they are written as`(text: String, expected: JSONNumber) throws {
    var reader = try JSONReader(Array(text.utf8))
    #expect(try reader.number() == expected)
    try reader.end()
  }

  @Test func `nesting ends at the limit, whatever is nested`() throws {
    let limit = JSONReader.depthLimit
    try check(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    #expect(throws: JSONError.tooDeep) { try check(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.tooDeep) { try check(String(repeating: #"{"a":"#, count: 200_000)) }
  }

  @Test(arguments: [
    (#""numbers""#, true), (#""n\u0075mbers""#, true), (#""\u006Eumber\u0073""#, true),
    (#""number""#, false), (#""numberss""#, false),
    (#""Numbers""#, false), (#""numbe\rs""#, false), (#""""#, false), (#""numbers\u0301""#, false),
    ("\"numbers\u{301}\"", false),
  ])
  func `names are compared by code point`(text: String, isSame: Bool) throws {
    var reader = try JSONReader(Array(text.utf8))
    let range = try reader.string()
    #expect(reader.string(at: range, is: "numbers") == isSame)
  }

  @Test(arguments: [
    (#""""#, ""), (#""plain""#, "plain"), (#""größe""#, "größe"), (#""😀 \n""#, "😀 \n"),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9 é""#, "é é"),
    (#""\ud83d\ude00""#, "😀"), (#""a\ud800b""#, "a\u{FFFD}b"),
  ])
  func `a string stands for its text`(json: String, text: String) throws {
    var reader = try JSONReader(Array(json.utf8))
    let range = try reader.string()
    #expect(reader.text(at: range) == text)
  }
}
