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
    #expect(InfluxAnswer(Array(body.utf8)).error == message)
  }

  @Test func `of a long message the begin is enough`() {
    let body =
      #"{"error":"unable to parse 'operation"# + String(repeating: "x", count: 100_000) + "'\"}"
    #expect(
      InfluxAnswer(Array(body.utf8)).error?.hasPrefix("unable to parse 'operationxxx") == true)
    #expect(InfluxAnswer(Array(body.utf8)).error?.utf8.count == InfluxAnswer.maxMessage)
  }

  @Test func `the text values of a column are found in all series and statements`() {
    let answer = InfluxAnswer(
      Array(
        #"""
        {"results":[
          {"statement_id":0,"series":[
            {"name":"operation","columns":["time","id"],
              "values":[[1,"a"],[2,"\"b\"\n"],[3,null],[4]]},
            {"columns":["id","time"],"values":[["c",5],7]}],"partial":true},
          {"series":[{"columns":["time"],"values":[[6]]},{"columns":["id"]}]}]}
        """#.utf8))
    #expect(answer.isWhole && answer.error == nil)
    #expect(answer.values(of: "id") == ["a", "\"b\"\n", "c"])
    #expect(answer.values(of: "time") == [])
    #expect(answer.values(of: "other") == [])
  }

  @Test(arguments: [#"{"results":[{"series":[{"columns":["id"],"values":[["a"]"#, "", "no", "[]"])
  func `a document that is cut off or something else is not whole`(body: String) {
    #expect(!InfluxAnswer(Array(body.utf8)).isWhole)
  }
}
