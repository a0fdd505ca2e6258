import Testing

@testable import Comparison

struct YAMLReaderTests {
  private func read(_ text: String) throws -> [YAMLNode] {
    try YAMLReader.documents(Array(text.utf8), file: "f.yaml")
  }

  private func shown(_ text: String) throws -> String {
    try read(text).map(show).joined(separator: " --- ")
  }

  /// JSON-like, with plain scalars bare.
  private func show(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let plain):
      plain ? (node.type == .null ? "null" : text) : text.debugDescription
    case .sequence(let nodes): "[" + nodes.map(show).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(show($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private func refusal(_ text: String) -> String? {
    do {
      _ = try YAMLReader.documents(Array(text.utf8), file: "f.yaml")
      return nil
    } catch {
      #expect(error.status == .data)
      return error.message
    }
  }

  @Test func `block mappings and sequences nest, also with a list in its key's column`() throws {
    #expect(
      try shown("a:\n  b: 1\n  c:\n  - x\n  - y: 2\n    z: 3\n  - - p\n    - q\nd: e\n")
        == "{a: {b: 1, c: [x, {y: 2, z: 3}, [p, q]]}, d: e}")
    #expect(
      try shown("a:\n    - 1\n    -\n      b: 2\n    -\nc:\n") == "{a: [1, {b: 2}, null], c: null}")
    #expect(try shown("a:\r\n  b: 1\r\n") == "{a: {b: 1}}")
  }

  @Test func `lists of scalars stand in brackets on one line, an empty mapping in braces`() throws {
    #expect(
      try shown("a: [1, \"two\", 'x, y', z] # c\nb: {}\nc: []\nd: { } # e")
        == "{a: [1, \"two\", \"x, y\", z], b: {}, c: [], d: {}}")
    #expect(try shown("[http://a:80/x, y,]") == "[http://a:80/x, y]")
    #expect(try shown("- [a, b]\n- c") == "[[a, b], c]")
  }

  @Test func `collections in brackets and braces nest, and go over several lines`() throws {
    #expect(try shown("a: {b: 1, c: [x, {d: y}], e:}") == "{a: {b: 1, c: [x, {d: y}], e: null}}")
    #expect(
      try shown("a: [1, # one\n  2,\n]\nb: {\n  c: 1\n}\nd: 2") == "{a: [1, 2], b: {c: 1}, d: 2}")
    #expect(try shown("- {app: web}\n- [[1]]") == "[{app: web}, [[1]]]")
  }

  @Test func `JSON is read as the YAML that it is, with its lines`() throws {
    let text =
      "{\n\t\"a\": {\"b\": [1, -2.5, true, null, \"x\\u00e9\\ud83d\\ude00\\n\"], \"c\": {}},\n"
      + "  \"d\": \"\"\n}\n"
    #expect(
      try shown(text) == "{a: {b: [1, -2.5, true, null, \"xé😀\\n\"], c: {}}, d: \"\"}")
    guard case .mapping(let entries) = try read(text)[0].content else {
      Issue.record("not the expected shape")
      return
    }
    #expect(entries.map(\.line) == [2, 3])
  }

  @Test(arguments: [
    ("a: |\n  x\n    y\n\n  z\nb: 1", "x\n  y\n\nz\n"), ("a: |-\n  x\n\nb: 1", "x"),
    ("a: |+\n  x\n\nb: 1", "x\n\n"), ("a: >\n  x\n  y\n\n  z\n   i\n  j\nb: 1", "x y\nz\n i\nj\n"),
    ("a: |2-\n    x\nb: 1", "  x"), ("a: | # c\n  # x\nb: 1", "# x\n"), ("a: |\nb: 1", ""),
    ("a: |-\n\n  x\nb: 1", "\nx"),
  ]) func `block scalars keep their lines, or fold them`(text: String, expected: String) throws {
    #expect(try shown(text) == "{a: \(expected.debugDescription), b: 1}")
    // A list's element, too.
    #expect(
      try shown("- |-\n  x\n- >-\n  y\n  z") == #"["x", "y z"]"#)
  }

  @Test func `a comment behind a block scalar is none of its lines`() throws {
    #expect(try shown("|\n# end") == "\"\"")
    #expect(try shown("a: |+\n  x\n\n") == #"{a: "x\n\n"}"#)
    #expect(try shown("|\n  x\n\n# end") == #""x\n""#)
    #expect(try shown("a: |\n  x\n# end") == #"{a: "x\n"}"#)
  }

  @Test func `quoted scalars know their escapes`() throws {
    #expect(try shown(#"a: "x\ty\"z\\" # c"#) == #"{a: "x\ty\"z\\"}"#)
    #expect(try shown("a: 'it''s # no comment'") == #"{a: "it\'s # no comment"}"#)
    #expect(try shown("\"a b\": 1\n'c': 2") == "{a b: 1, c: 2}")
    #expect(try shown("- \"x: y\"") == "[\"x: y\"]")
  }

  @Test func `plain scalars end at a comment and keep colons and hashes inside words`() throws {
    #expect(
      try shown("a: x#y # z\nb: http://h:80\nc: -1\nd: - \n".replacing(" - ", with: " -x "))
        == "{a: x#y, b: http://h:80, c: -1, d: -x}")
  }

  @Test func `documents are parted by three dashes, and empty ones are left out`() throws {
    #expect(try shown("# c\n---\na: 1\n---\n\n--- # x\nb: 2\n...\n") == "{a: 1} --- {b: 2}")
    #expect(try read("").isEmpty)
    #expect(try read("---\n# only\n---\n").isEmpty)
  }

  @Test func `every node knows its line`() throws {
    let documents = try read("a: 1\n---\n# c\nb:\n  - x\n\n  - y:\n      - t\n    z: 1\n")
    guard case .mapping(let entries) = documents[1].content,
      case .sequence(let nodes) = entries[0].value.content,
      case .mapping(let inner) = nodes[1].content
    else {
      Issue.record("not the expected shape")
      return
    }
    #expect(documents[1].line == 4)
    #expect(entries[0].line == 4)
    #expect(nodes.map(\.line) == [5, 7])
    #expect(inner.map(\.line) == [7, 9])
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3", "f.yaml:3: the key 'a' is a duplicate of line 1"),
    ("a:\n\tb: 1", "f.yaml:2: a tab; use spaces"),
    ("a:\tb", "f.yaml:1: a tab; use spaces"),
    ("a: b\tc", "f.yaml:1: a tab; use spaces"),
    ("a: &x 1", "f.yaml:1: anchors are not supported"),
    ("a: [*x]", "f.yaml:1: aliases are not supported; quote the value if it is text"),
    ("a: 1\n<<: *x", "f.yaml:2: aliases are not supported; quote the value if it is text"),
    ("a: !!str 1", "f.yaml:1: tags are not supported; quote the value if it is text"),
    ("? a", "f.yaml:1: complex keys are not supported; quote the value if it is text"),
    ("%YAML 1.2\n---\na: 1", "f.yaml:1: directives are not supported"),
    ("--- a: 1", "f.yaml:1: put what follows the document marker on its own line"),
    ("a: b: c", "f.yaml:1: a second ': ' in one line; quote the value"),
    (
      "a: b\n   c: d",
      "f.yaml:2: goes on with the value of line 1; write it on one line, or mend the indentation"
    ),
    ("a:\n  b: 1\n c: 2", "f.yaml:3: the indentation does not fit what stands above"),
    ("  a: 1\nb: 2", "f.yaml:2: the indentation does not fit what stands above"),
    ("a: 1\nword", "f.yaml:2: expected 'key: value'"),
    ("a:\n  b: 1\n  - c", "f.yaml:3: expected 'key: value'"),
    ("a: - b", "f.yaml:1: a list has to start on its own line"),
    ("x: 1\na: [1, # c\n2", "f.yaml:2: '[' is not closed"),
    ("a: {b: 1", "f.yaml:1: '{' is not closed"),
    ("a: ['1' 2]", "f.yaml:1: expected ',' or ']' in the list"),
    ("a: {b: 1 c: 2}", "f.yaml:1: a second ': ' in one line; quote the value"),
    ("a: {\"b\" 1}", "f.yaml:1: expected ':' behind the key 'b'"),
    ("a: {b: 1,\n b: 2}", "f.yaml:2: the key 'b' is a duplicate of line 1"),
    ("a: {b: '1' c}", "f.yaml:1: expected ',' or '}' in the mapping"),
    ("a: [b: 1]", "f.yaml:1: a second ': ' in one line; quote the value"),
    (
      "a: 'b\n  c'",
      "f.yaml:1: the quote is not closed on its line; quotes over several are not supported"
    ),
    ("a: \"b\" c", "f.yaml:1: unexpected text behind the value"),
    ("a: \"\\q\"", "f.yaml:1: the escape '\\q' is not supported"),
    ("a: @b", "f.yaml:1: a value cannot start with '@'; quote it"),
    ("a: \"\\x4\"", "f.yaml:1: an escape needs 2 hexadecimal digits"),
    ("a: \"\\u00g9\"", "f.yaml:1: an escape needs 4 hexadecimal digits"),
    ("a: \"\\ud83d\"", "f.yaml:1: an escape is no character"),
    ("a: |\n    b\n  c", "f.yaml:3: the indentation does not fit what stands above"),
    ("a: | b", "f.yaml:1: unexpected text behind the value"),
  ]) func `what is not supported is refused by file and line`(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test func `bytes that are no text are refused`() {
    #expect(throws: CommandError.data("f: is not UTF-8 text")) {
      try YAMLReader.documents([0x61, 0xFF], file: "f")
    }
    #expect(throws: CommandError.data("f: holds a NUL byte and is not YAML")) {
      try YAMLReader.documents([0x61, 0], file: "f")
    }
  }

  @Test func `nesting without end is refused before it exhausts the stack`() {
    let text = String(repeating: "- ", count: 10_000) + "x"
    #expect(refusal(text) == "f.yaml:1: nested deeper than 100 levels")
  }

  @Test func `no cut-off text crashes the reader`() {
    let text = Array(
      "a: [1, 'c''d', \"\\te\"] # x\nb:\n  - {}\n  - |\n    t\n---\n? x\n".utf8)
    for end in text.indices {
      for byte in Array("\t\n'\"[]{}:#-|&%\\ ".utf8) {
        _ = try? YAMLReader.documents(text[..<end] + [byte], file: "f")
        _ = try? YAMLReader.documents(text[..<end] + [byte] + text[end...], file: "f")
      }
    }
  }

  @Test(arguments: [
    ("1", "a number"), ("-1", "a number"), ("1.5", "a number"), ("0x1F", "a number"),
    ("1_000", "a number"), (".5", "a number"),
    ("1e3", "a number"),
    ("yes", "a boolean"), ("True", "a boolean"), ("off", "a boolean"), ("~", "null"),
    ("1s", "a string"), ("25%", "a string"),
    ("-", "a string"),
    ("infinity", "a string"), ("nan", "a string"), ("0xZZ", "a string"),
  ]) func `plain scalars have the types of YAML 1.1`(text: String, kind: String) {
    #expect(YAMLNode(line: 1, content: .scalar(text, plain: true)).type.rawValue == kind)
  }
}
