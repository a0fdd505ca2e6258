import Testing

@testable import Cluster
@testable import Comparison

struct LoggedOperationsTests {
  @Test func `the question goes to the Service through the API server, in chunks`() {
    let path = LoggedOperations.path(namespace: "talk", since: 1_795_395_640.5)
    #expect(path.hasPrefix("/api/v1/namespaces/talk/services/influxdb:8086/proxy/query?db=calc&"))
    #expect(path.contains("chunked=true") && !path.contains(" "))
    #expect(path.hasSuffix("%20WHERE%20time%20%3E%3D%201795395640500ms"))
  }
}
