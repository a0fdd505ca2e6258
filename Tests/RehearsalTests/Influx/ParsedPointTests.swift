import Shared
import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct ParsedPointTests {
  private func read(_ line: String) throws -> ParsedPoint { try ParsedPoint(line.utf8) }

  @Test func `a line is a measurement, tags, fields and a timestamp`() throws {
    let point = try read(
      #"operation,pod=calc-1,name=sum id="r-1",numbers=4i,result=10.0,ok=t 1700000000000000001"#)
    #expect(point.measurement == "operation")
    #expect(point.tags == [.init(key: "name", value: "sum"), .init(key: "pod", value: "calc-1")])
    #expect(
      point.fields == [
        "id": .string("r-1"), "numbers": .integer(4), "result": .float(10), "ok": .boolean(true),
      ])
    #expect(point.timestamp == 1_700_000_000_000_000_001)
  }

  @Test func `the timestamp may be left out`() throws {
    #expect(try read("m f=1").timestamp == nil)
    #expect(try read("m f=1 ").timestamp == nil)
  }

  @Test(arguments: ["a,b", "a b", "a=b", #"a"b"#, #"a\b"#, "é🎈", "a'b", #""a,b"#])
  func `what the service escapes is read as it was`(text: String) throws {
    let tags = [Point.Tag(text, text)]
    let line = try Point(
      text, tags: tags, fields: [.init(text, .string(text + "\\\" =,")), .init("n", .integer(-7))],
      at: 5
    ).line
    let point = try read(line)
    #expect(point.measurement == text)
    #expect(point.tags == [.init(key: text, value: text)])
    #expect(point.fields == [text: .string(text + "\\\" =,"), "n": .integer(-7)])
    #expect(point.timestamp == 5)
  }

  @Test func `a backslash before what is escaped is one`() throws {
    #expect(
      try read(#"m,a\\,b=a\\ b,c=a\\=b f=1 5"#).tags == [
        .init(key: #"a\,b"#, value: #"a\ b"#), .init(key: "c", value: #"a\=b"#),
      ])
  }

  @Test(arguments: ["m,a=b  f=1 5", "m,a=b f=1  5", " m,a=b f=1 5", "m,a=b f=1 5 "])
  func `spaces may be more than one`(line: String) throws {
    #expect(try read(line) == read("m,a=b f=1 5"))
  }

  @Test(arguments: [
    ("", "missing measurement"), (",a=b f=1", "missing measurement"), ("m", "missing fields"),
    ("m ", "missing field key"),
    ("m,a f=1", "missing tag value"), ("m,a= f=1", "missing tag value"),
    ("m,=b f=1", "missing tag key"),
    ("m,a=b=c f=1", "invalid tag format"),
    ("m,a=1,a=2 f=1", "duplicate tags"), ("m f", "missing field value"),
    ("m f=", "missing field value"), ("m f=x", "invalid number"),
    ("m f=1.5i", "invalid number"), ("m f=0x10", "invalid number"), ("m f=nan", "invalid number"),
    ("m f=1e999", "invalid number"),
    (#"m f="a"#, "unbalanced quotes"), ("m f=1 x", "bad timestamp"), ("m f=1 1.5", "bad timestamp"),
    ("m f=1 1 2", "bad timestamp"),
    ("m f=+5i", "invalid number"), (#"m f="a"b 5"#, "invalid field format"),
    (#"m f="a"ts=1 level=info"#, "invalid field format"),
  ])
  func `what is no point is refused`(line: String, reason: String) {
    #expect(throws: ParsedPoint.Failure(reason: reason)) { try read(line) }
  }
}
