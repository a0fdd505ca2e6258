import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// What is written in line protocol is what a real InfluxDB gives back.
@Suite(
  .needsInfluxDB, .timeLimit(.minutes(4)))
struct EscapingTests {
  static let texts = [
    "plain", "a,b", "a b", "a=b", #"a"b"#, #""=", "#, #"a\b"#, #"\a"#, #"\\a"#, "é🎈", "a'b",
    "  ", ",", "=", "#a", "ä=ö, ü",
    "\u{7F}\u{2028}",
  ]
  /// What no name may have.
  static let strings =
    texts + [#"a\,b"#, #"a\ b"#, #"a\=b"#, #"a\"b"#, #"a\"#, "a\tb", "\ta", "a\rb", "a\0b", ""]

  private struct Answer: Decodable {
    struct Result: Decodable { let series: [Series]? }
    struct Series: Decodable {
      let columns: [String]
      let values: [[Value]]
    }
    let results: [Result]
  }

  private enum Value: Decodable, Equatable {
    case text(String)
    case number(Double)
    case flag(Bool)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  /// The one point of a measurement, by column.
  private func read(_ measurement: String, in database: RealInfluxDB.Database) async throws
    -> [String: Value]
  {
    let name = measurement.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let body = try await database.query(#"SELECT * FROM "\#(name)""#)
    let series = try JSONDecoder().decode(Answer.self, from: Data(body)).results.first?.series?
      .first
    let row = try #require(series?.values.first, "nothing in measurement \(measurement)")
    return Dictionary(uniqueKeysWithValues: zip(series?.columns ?? [], row))
  }

  @Test func `tag keys, tag values and field keys come back as they were`() async throws {
    try await RealInfluxDB.with { database async throws in
      for (number, text) in Self.texts.enumerated() {
        let fields = [Point.Field("f\(text)", .boolean(true)), Point.Field(text, .string(text))]
        let point = try Point(
          "m\(number)", tags: [.init("tag\(text)", text)], fields: fields, at: 1)
        #expect(await database.write(point.line) == nil, "\(point.line)")
        let row = try await read("m\(number)", in: database)
        #expect(row["tag\(text)"] == .text(text), "\(point.line)")
        #expect(row["f\(text)"] == .flag(true), "\(point.line)")
        #expect(row[text] == .text(text), "\(point.line)")
      }
    }
  }

  @Test func `string fields come back as they were`() async throws {
    try await RealInfluxDB.with { database async throws in
      for (number, text) in Self.strings.enumerated() {
        let point = try Point(
          "m\(number)",
          fields: [.init("one", .string(text)), .init("two", .string(text + "\\\""))], at: 1)
        #expect(await database.write(point.line) == nil, "\(point.line)")
        let row = try await read("m\(number)", in: database)
        #expect(row["one"] == .text(text) && row["two"] == .text(text + "\\\""), "\(point.line)")
      }
    }
  }

  /// Why a point refuses such names: the two lines are read as one, which is none.
  @Test func `a tag with backslashes before what is escaped may swallow the next line`()
    async throws
  {
    try await RealInfluxDB.with { database async throws in
      let line = #"m,pod=a\\ b\\="c id="r" "#
      guard case .rejected(.badRequest, _) = await database.write("\(line)1\n\(line)2\n") else {
        Issue.record("InfluxDB reads it")
        return
      }
    }
  }

  @Test func `measurements come back as they were`() async throws {
    try await RealInfluxDB.with { database async throws in
      for text in Self.texts where !text.hasPrefix("#") {
        let point = try Point(text, fields: [.init("f", .integer(1))], at: 1)
        #expect(await database.write(point.line) == nil, "\(point.line)")
        #expect(try await read(text, in: database)["f"] == .number(1), "\(point.line)")
      }
    }
  }

  @Test(arguments: [
    (Point.Value.integer(-7), Value.number(-7)), (.float(10), .number(10)),
    (.float(-2.5), .number(-2.5)), (.float(1e300), .number(1e300)),
    (.float(1e-7), .number(1e-7)), (.boolean(true), .flag(true)), (.boolean(false), .flag(false)),
  ])
  private func `values come back with their type`(written: Point.Value, expected: Value)
    async throws
  {
    try await RealInfluxDB.with { database async throws in
      #expect(
        await database.write(try Point("m", fields: [.init("f", written)], at: 1).line) == nil)
      #expect(try await read("m", in: database)["f"] == expected)
    }
  }

  @Test
  func
    `a point that is written twice counts once; one of the next nanosecond is another`()
    async throws
  {
    try await RealInfluxDB.with { database async throws in
      let operation = Operation(id: "r1", name: "sum", numbers: 4, result: 10)
      for timestamp in [7, 7, 8] as [Int64] {
        #expect(await database.write(try operation.point(pod: "a", at: timestamp).line) == nil)
      }
      #expect(try await database.count() == 2)
    }
  }

  @Test func `a result that is a whole number is no other type than one that is not`() async throws
  {
    try await RealInfluxDB.with { database async throws in
      for (timestamp, result) in [1.5, 10, -3, 1e20].enumerated() {
        let point = try Operation(id: "r", name: "sum", numbers: 1, result: result).point(
          pod: "a", at: Int64(timestamp))
        #expect(await database.write(point.line) == nil)
      }
      #expect(try await database.count() == 4)
    }
  }

  /// The stand-in of the rehearsal is judged by the real one: same status, and the same message but
  /// for its wording of a parser's place.
  @Test(arguments: [
    "operation,pod=a id=\"r1\" 1",
    "operation,pod=a id=\"r1\" 1\n\n# comment\noperation,pod=b id=\"r2\" 2\n",
    "operation,pod=a id=1i 1\noperation id=\"x\" 2",
    "operation", "operation,pod= id=\"r\"", "operation id=", "operation id=\"r",
    "operation id=abc 1", "operation,a=1,a=2 id=\"r\" 1",
    "wrong\noperation id=\"r3\" 3", "operation id=\"r\" 1.5", "operation id=1.5i",
    "operation n=1i,id=\"r\" 9223372036854775808",
  ])
  func `the stand-in answers a write as the real one does`(body: String) async throws {
    let standIn = InfluxStandIn()
    _ = standIn.answer(Request(.post, "/query", body: Array("q=CREATE%20DATABASE%20calc".utf8)))
    let answer = standIn.answer(
      Request(.post, "/write?db=calc&precision=ns", body: Array(body.utf8)))
    let ids = standIn.answer(
      Request(.post, "/query?db=calc", body: Array(#"q=SELECT "id" FROM "operation""#.utf8)))
    try await RealInfluxDB.with { database async throws in
      let real = await database.write(body)
      switch real {
      case nil: #expect(answer.status == .noContent)
      case .rejected(let status, let message)?:
        #expect(answer.status == status)
        let kind = String(message.prefix { $0 != "'" && $0 != ":" })
        #expect(String(decoding: answer.bytes, as: UTF8.self).contains(kind), "real: \(message)")
      case .some(let error): Issue.record("\(error)")
      }
      let stored = (try? await database.ids()) ?? []
      let standInIDs = (try? StoredOperations(ids.bytes).ids) ?? []
      #expect(stored.sorted() == standInIDs.sorted())
    }
  }
}
