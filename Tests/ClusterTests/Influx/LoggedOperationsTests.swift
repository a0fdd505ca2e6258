import Testing

@testable import Cluster
@testable import Comparison

struct LoggedOperationsTests {
  @Test func `the audit is by id`() throws {
    let answer =
      #"""
      {"results":[{"series":[{"columns":["time","id"],"values":[[1,"a"],[2,"b"],[3,"b"],[4,"x"],\#
      [5,"unknown"]]}]}]}
      """#
    let operations = try StoredOperations(Array(answer.utf8))
    let audit = operations.audit(
      answered: ["a", "b", "c", "d"], failed: ["x", "y"], traced: ["d", "a"])
    #expect((audit.answered, audit.logged, audit.lost, audit.undelivered) == (4, 3, 1, 1))
    #expect((audit.loggedTwice, audit.loggedThoughFailed, audit.unknown) == (1, 1, 0))
  }

  @Test func `the question goes to the Service through the API server, in chunks`() {
    let path = LoggedOperations.path(namespace: "talk", prefix: "6g-t1-")
    #expect(path.hasPrefix("/api/v1/namespaces/talk/services/influxdb:8086/proxy/query?db=calc&"))
    #expect(
      path.contains("chunked=true") && path.contains("%2F%5E6g-t1-%2F") && !path.contains(" "))
  }
}
