import Testing

@testable import Shared

@Suite struct PointTests {
  private let field = [Point.Field("f", .integer(1))]

  @Test func `a point is one line`() throws {
    let operation = Operation(id: "r-1", name: "sum", numbers: 4, result: 10)
    #expect(
      try operation.point(pod: "calc-1", at: 1_700_000_000_000_000_001).line
        == #"operation,name=sum,pod=calc-1 id="r-1",numbers=4i,result=10.0 1700000000000000001"#)
  }

  @Test(arguments: [
    ("a,b", #"a\,b f=1i 7"#), ("a b", #"a\ b f=1i 7"#), ("a=b", "a=b f=1i 7"),
    (#"a"b"#, #"a"b f=1i 7"#), (#"a\b"#, #"a\b f=1i 7"#),
    ("é🎈", "é🎈 f=1i 7"),
  ])
  func `a measurement escapes commas and spaces`(name: String, line: String) throws {
    #expect(try Point(name, fields: field, at: 7).line == line)
  }

  @Test(arguments: [
    ("a,b", #"a\,b"#), ("a b", #"a\ b"#), ("a=b", #"a\=b"#), (#"a"b"#, #"a"b"#), (#"a\b"#, #"a\b"#),
    ("é🎈", "é🎈"),
  ])
  func `tag keys, tag values and field keys escape commas, equals signs and spaces`(
    name: String, escaped: String
  ) throws {
    let point = try Point(
      "m", tags: [.init(name, name)], fields: [.init(name, .boolean(true))], at: 7)
    #expect(point.line == "m,\(escaped)=\(escaped) \(escaped)=t 7")
  }

  @Test(arguments: [#"a\"#, #"a\,b"#, #"a\ b"#, #"a\=b"#, #"a\"b"#])
  func `a backslash does not stand before what is escaped, nor before a quote`(name: String) {
    refused(name, .backslash)
  }

  private func refused(_ name: String, _ error: PointError) {
    #expect(throws: error) { try Point(name, fields: field, at: 7) }
    #expect(throws: error) { try Point("m", tags: [.init(name, "v")], fields: field, at: 7) }
    #expect(throws: error) { try Point("m", tags: [.init("k", name)], fields: field, at: 7) }
    #expect(throws: error) { try Point("m", fields: [.init(name, .integer(1))], at: 7) }
  }

  @Test(arguments: [
    (#"a"b"#, #""a\"b""#), (#"a\b"#, #""a\\b""#), (#"a\"#, #""a\\""#), ("a,b =c", #""a,b =c""#),
    ("", #""""#), ("é🎈", #""é🎈""#),
  ])
  func `a string field escapes quotes and backslashes`(text: String, escaped: String) throws {
    #expect(try Point("m", fields: [.init("f", .string(text))], at: 7).line == "m f=\(escaped) 7")
  }

  @Test(arguments: [
    (Point.Value.integer(.min), "-9223372036854775808i"), (.float(10), "10.0"),
    (.float(-0.5), "-0.5"), (.float(1e300), "1e+300"),
    (.float(.leastNonzeroMagnitude), "5e-324"), (.boolean(false), "f"),
  ])
  func `numbers say whether they are integers`(value: Point.Value, text: String) throws {
    #expect(try Point("m", fields: [.init("f", value)], at: 7).line == "m f=\(text) 7")
  }

  @Test func `tags are in the order of their keys' bytes`() throws {
    let tags = ["b", "a", "aa", "B"].map { Point.Tag($0, "x") }
    #expect(try Point("m", tags: tags, fields: field, at: -1).line == "m,B=x,a=x,aa=x,b=x f=1i -1")
  }

  @Test(arguments: [
    ("", PointError.empty), ("a\nb", .control), ("a\rb", .control), ("a\0b", .control),
    ("\ta", .control),
  ])
  func `no name may break its line`(name: String, error: PointError) {
    refused(name, error)
  }

  @Test func `what InfluxDB would misread is refused`() {
    #expect(throws: PointError.comment) { try Point("#m", fields: field, at: 7) }
    #expect(throws: PointError.reserved) {
      try Point("m", tags: [.init("time", "1")], fields: field, at: 7)
    }
    #expect(throws: PointError.reserved) {
      try Point("m", fields: field + [.init("time", .integer(1))], at: 7)
    }
    #expect(throws: PointError.noFields) { try Point("m", fields: [], at: 7) }
    #expect(throws: PointError.duplicateTag) {
      try Point(
        "m", tags: [.init("a", "1"), .init("b", "2"), .init("a", "3")], fields: field, at: 7)
    }
    #expect(throws: PointError.notFinite) {
      try Point("m", fields: [.init("f", .float(.infinity))], at: 7)
    }
    #expect(throws: PointError.notFinite) {
      try Point("m", fields: [.init("f", .float(.nan))], at: 7)
    }
    #expect(throws: PointError.control) {
      try Point("m", fields: [.init("f", .string("a\nb"))], at: 7)
    }
  }
}
