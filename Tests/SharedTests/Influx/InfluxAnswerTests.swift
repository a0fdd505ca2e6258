import Testing

@testable import Shared

@Suite struct InfluxAnswerTests {
  @Test(
    arguments: [
      (#"{"error":"database not found: \"calc\""}"#, #"database not found: "calc""#),
      (
        #"{"results":[{"statement_id":0,"error":"database not found: x"}]}"#,
        "database not found: x"
      ),
      (#"{"results":[{"statement_id":0},{"error":"a\\b\n"}]}"#, #"a\b\n"#),
      (#"{"results":[{"statement_id":0,"series":[{"name":"error","values":[["error"]]}]}]}"#, nil),
      (#"{"error":7}"#, nil), (#"{"results":7}"#, nil), ("[]", nil), ("", nil),
      ("404 page not found", nil), (#"{"error":"cut"#, nil),
    ] as [(String, String?)])
  func `the message of an error is found`(body: String, message: String?) {
    #expect(InfluxAnswer.error(in: Array(body.utf8)) == message)
  }

  @Test func `of a long message the begin is enough`() {
    let body =
      #"{"error":"unable to parse 'operation"# + String(repeating: "x", count: 100_000) + "'\"}"
    #expect(
      InfluxAnswer.error(in: Array(body.utf8))?.hasPrefix("unable to parse 'operationxxx") == true)
    #expect(InfluxAnswer.error(in: Array(body.utf8))?.utf8.count == InfluxAnswer.longest)
  }
}
