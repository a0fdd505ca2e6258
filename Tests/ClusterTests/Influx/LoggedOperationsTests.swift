import Testing

@testable import Cluster
@testable import Comparison

struct LoggedOperationsTests {
  private func operations(_ answer: String) throws -> LoggedOperations {
    var operations = LoggedOperations()
    try operations.add(Array(answer.utf8))
    return operations
  }

  @Test func `ids are read from every chunk of an answer`() throws {
    let operations = try operations(
      """
      {"results":[{"statement_id":0,"series":[{"name":"operation","columns":["time","id"],"values":[[1795395640000000001,"r-1-0"],[1795395640000000002,"r-1-1"]],"partial":true}],"partial":true}]}
      {"results":[{"statement_id":0,"series":[{"name":"operation","columns":["time","id"],"values":[[1795395640000000003,"r-1-1"],[1795395640000000004,null]]}]}]}

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
    let refusal = #expect(throws: Refusal.self) { try operations(answer) }
    #expect(refusal?.message.hasPrefix("InfluxDB: ") == true)
  }

  @Test func `what is no answer of InfluxDB's is refused`() {
    #expect(throws: Refusal.self) { try operations("<html>") }
  }

  @Test func `the audit is by id`() throws {
    let operations = try operations(
      #"{"results":[{"series":[{"columns":["time","id"],"values":[[1,"a"],[2,"b"],[3,"b"],[4,"x"],[5,"unknown"]]}]}]}"#
    )
    let audit = operations.audit(
      answered: ["a", "b", "c", "d"], failed: ["x", "y"], traced: ["d", "a"])
    #expect((audit.answered, audit.logged, audit.lost, audit.undelivered) == (4, 3, 1, 1))
    #expect((audit.loggedTwice, audit.loggedThoughFailed, audit.strange) == (1, 1, 0))
  }

  @Test func `the question goes to the Service through the API server, in chunks`() {
    let path = LoggedOperations.path(namespace: "talk", prefix: "6g-t1-")
    #expect(path.hasPrefix("/api/v1/namespaces/talk/services/influxdb:8086/proxy/query?db=calc&"))
    #expect(
      path.contains("chunked=true") && path.contains("%2F%5E6g-t1-%2F") && !path.contains(" "))
  }
}
