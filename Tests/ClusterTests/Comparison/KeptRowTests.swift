import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// A row that the results folder already has: when it is kept, and when it is run again.
@Suite(.serialized, .timeLimit(.minutes(5))) struct KeptRowTests {
  @Test func `a finished row is not run again unless asked`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    _ = try await scene.comparison("rows=5").run()
    let isLoad = { (call: String) in
      call.hasPrefix("rollout") || call.hasPrefix("scale") || call.hasPrefix("apply")
    }
    let before = try scene.calls().count(where: isLoad)
    #expect(try await scene.comparison("rows=5").run() == 0)
    #expect(try scene.calls().count(where: isLoad) == before)
  }

  @Test func `a row that another cluster finished is run on this one`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    #expect(try await scene.comparison("rows=5").run() == 0)
    var result = try scene.result("5")
    let place = try #require(result.parameters.cluster)
    result.parameters.cluster = "elsewhere/default"
    _ = try ResultFile.write(result, to: scene.results)
    try scene.reset()
    try scene.play()
    #expect(try await scene.comparison("rows=5").run() == 0)
    #expect(try scene.result("5").parameters.cluster == place)
  }

  @Test func `a row that could not be believed is run again`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write(["HTTP/1.1"], to: "logs/load-http2-fresh-0.k6")
    #expect(try await scene.comparison("rows=5").run() == 1)
    #expect(
      try scene.result("5").harness.reasons.contains {
        $0.contains("clients of http2 were answered with HTTP/1.1")
      })
    #expect(try scene.result("5").verdict?.word == "no verdict")
    try scene.reset()
    try scene.play()
    #expect(try await scene.comparison("rows=5").run() == 0)
  }
}
