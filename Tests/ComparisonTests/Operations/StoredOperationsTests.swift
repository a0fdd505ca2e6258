import Testing

@testable import Comparison

struct StoredOperationsTests {
  private func operations(_ answer: String) throws -> StoredOperations {
    try StoredOperations(Array(answer.utf8))
  }

  @Test func `ids are read from every chunk of an answer`() throws {
    let operations = try operations(
      """
      {"results":[{"statement_id":0,"series":[{"name":"operation","columns":["time","id"],\
      "values":[[1795395640000000001,"r-1-0"],[1795395640000000002,"r-1-1"]],"partial":true}],\
      "partial":true}]}
      {"results":[{"statement_id":0,"series":[{"name":"operation","columns":["time","id"],\
      "values":[[1795395640000000003,"r-1-1"],[1795395640000000004,null]]}]}]}

      """)
    #expect(operations.counts == ["r-1-0": 1, "r-1-1": 2])
  }

  @Test func `nothing logged is an answer too`() throws {
    #expect(try operations(#"{"results":[{"statement_id":0}]}"#).counts.isEmpty)
  }

  @Test(arguments: [
    #"{"error":"error parsing query: found EOF"}"#,
    #"{"results":[{"statement_id":0,"error":"database not found: calc"}]}"#,
  ])
  func `InfluxDB's errors are passed on in its words`(answer: String) {
    let refusal = #expect(throws: CommandError.self) { try operations(answer) }
    #expect(refusal?.message.hasPrefix("InfluxDB: ") == true)
  }

  @Test func `what is no answer of InfluxDB's is refused`() {
    #expect(throws: CommandError.self) { try operations("<html>") }
  }
}
