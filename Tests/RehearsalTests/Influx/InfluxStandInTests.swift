import Shared
import Testing

@testable import Comparison
@testable import Rehearsal

@Suite struct InfluxStandInTests {
  private let server = InfluxStandIn()

  private func query(_ statement: String, db: String = "calc") -> Response {
    server.answer(
      Request(.post, "/query?db=\(db)", body: Array("q=\(statement.percentEncoded)".utf8)))
  }

  private func write(_ body: String, db: String = "calc") -> (status: Int, text: String) {
    let response = server.answer(
      Request(.post, "/write?db=\(db)&precision=ns", body: Array(body.utf8)))
    return (response.status.code, String(decoding: response.bytes, as: UTF8.self))
  }

  private func ids() throws -> [String] {
    try StoredOperations(query(#"SELECT "id" FROM "operation""#).bytes).ids
  }

  @Test func `it is there`() {
    #expect(server.answer(Request(.get, "/ping")).status == .noContent)
    #expect(server.answer(Request(.get, "/")).status == .notFound)
  }

  @Test func `points are kept by time, and counted`() throws {
    _ = query("CREATE DATABASE calc")
    #expect(try ids() == [])
    #expect(
      write("operation,pod=a id=\"r2\" 2\noperation,pod=a id=\"r1\" 1\n\n# a comment\n").status
        == 204)
    #expect(try ids().sorted() == ["r1", "r2"])
    let count = query("select count(id) from operation").bytes
    #expect(
      String(decoding: count, as: UTF8.self)
        == #"{"results":[{"statement_id":0,"series":[{"name":"operation","columns":["time","#
        + #""count"],"values":[[0,2]]}]}]}"#
        + "\n")
  }

  @Test
  func
    `a point that is written again overwrites itself; another pod or moment is another point`()
    throws
  {
    _ = query("CREATE DATABASE calc")
    for body in [
      "operation,pod=a,name=sum id=\"r1\" 1", "operation,name=sum,pod=a id=\"r1\" 1",
      "operation,name=sum,pod=a numbers=1i 1",
    ] {
      #expect(write(body).status == 204)
    }
    #expect(try ids() == ["r1"])
    _ = write("operation,name=sum,pod=b id=\"r2\" 1\noperation,name=sum,pod=a id=\"r3\" 2")
    #expect(try ids().sorted() == ["r1", "r2", "r3"])
  }

  @Test func `a database that is not there is 404, and none at all 400`() {
    #expect(write("m f=1 1") == (404, "{\"error\":\"database not found: \\\"calc\\\"\"}\n"))
    #expect(
      server.answer(Request(.post, "/write", body: Array("m f=1".utf8))).status == .badRequest)
    #expect(
      String(decoding: query("SELECT id FROM operation").bytes, as: UTF8.self).contains(
        "database not found: calc"))
    #expect(throws: CommandError.unavailable("InfluxDB: database not found: calc")) { try ids() }
  }

  @Test func `of a body that is partly wrong the rest is stored, and the answer is 400`() throws {
    _ = query("CREATE DATABASE calc")
    let (status, text) = write("operation id=\"r1\" 1\nwrong\noperation id=\"r2\" 2")
    #expect(status == 400)
    #expect(text.contains("partial write: unable to parse 'wrong': missing fields dropped=0"))
    #expect(try ids().sorted() == ["r1", "r2"])
    #expect(write("wrong").text == "{\"error\":\"unable to parse 'wrong': missing fields\"}\n")
    #expect(
      write("one\ntwo").text
        == #"{"error":"unable to parse 'one': missing fields\nunable to parse 'two': missing "#
        + #"fields"}"#
        + "\n")
  }

  @Test func `a field keeps its type`() throws {
    _ = query("CREATE DATABASE calc")
    _ = write("operation result=1.0,id=\"r1\" 1")
    let (status, text) = write("operation result=1i,id=\"r2\" 2\noperation result=2,id=\"r3\" 3")
    #expect(status == 400)
    #expect(
      text.contains(
        #"""
        partial write: field type conflict: input field \"result\" on measurement \"operation\" \#
        is type integer, already exists as type float dropped=1
        """#
      ))
    #expect(try ids().sorted() == ["r1", "r3"])
  }

  @Test func `a database that was dropped is gone with its points`() throws {
    _ = query("CREATE DATABASE \"calc\"")
    _ = write("operation id=\"r1\" 1")
    _ = query("CREATE DATABASE \"calc\"")
    #expect(try ids() == ["r1"])
    _ = query("DROP DATABASE \"calc\"")
    _ = query("CREATE DATABASE \"calc\"")
    #expect(try ids() == [])
  }

  @Test(arguments: [
    "", "SELECT * FROM operation", "DELETE FROM operation",
    "SELECT id FROM operation WHERE pod='a'",
  ])
  func `a statement that it does not know is 400`(statement: String) {
    #expect(query(statement).status == .badRequest)
  }
}
