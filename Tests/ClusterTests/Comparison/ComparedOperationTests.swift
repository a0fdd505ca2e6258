import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// Rows 6 and 6g: which sums the clients got, and which of them InfluxDB has.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ComparedOperationTests {
  @Test func `what was answered and never logged is lost, and belongs to the pod that answered`()
    async throws
  {
    let scene = try ClusterScene()
    let lost = ["RUN-tcp-fresh-0-1-3", "RUN-http-fresh-0-1-4"]
    try scene.play(said: ["a": [ClusterScene.answer(lost[0])], "e": [ClusterScene.answer(lost[1])]])
    try scene.playOperations(lost: lost)
    var comparison = try scene.comparison("rows=6")
    // One look: the pods log nothing any more.
    comparison.limits.logging = .seconds(-600)
    #expect(try await comparison.run() == 0)
    let result = try scene.result("6")
    let audit = try #require(result.audit)
    #expect((audit.answered - audit.logged, audit.lost, audit.loggedTwice) == (2, 2, 0))
    #expect((audit.lostElsewhere, audit.lostUnplaced, audit.unknown) == (0, 0, 0))
    #expect(audit.lostInPhases == ["deploy": 1, "scale-down": 1])
    #expect(result.pods.map(\.lost) == [1, 0, 0, 0, 1])
    #expect(result.verdict?.word == "holds")
  }

  @Test func `a loss that no shutdown explains fails row 6, and so does an id that was never sent`()
    async throws
  {
    let scene = try ClusterScene()
    let lost = ["RUN-tcp-fresh-0-1-3", "RUN-http-fresh-0-1-4"]
    // Only deleted pods say something; this one lives.
    try scene.play(said: ["a": [ClusterScene.answer(lost[0])]])
    try scene.write([ClusterScene.answer(lost[1]), "@until delete jobs"], to: "logs/c.live")
    try scene.playOperations(lost: lost, strange: ["999"])
    var comparison = try scene.comparison("rows=6")
    comparison.limits.logging = .seconds(-600)
    #expect(try await comparison.run() == 1)
    let result = try scene.result("6")
    #expect((result.audit?.lost, result.audit?.lostElsewhere, result.audit?.unknown) == (2, 1, 1))
    let failing = (result.verdict?.findings ?? []).filter { $0.holds == false }.map(\.claim)
    #expect(
      failing == [
        "no operation is logged that no client sent", "operations are answered and never logged",
      ])
  }

  @Test func `row 6g loses nothing, and one that is nowhere fails it`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.playOperations()
    #expect(try await scene.comparison("rows=6g").run() == 0)
    try scene.reset()
    try scene.play()
    try scene.playOperations(lost: ["RUN-tcp-fresh-0-1-3"])
    var comparison = try scene.comparison("rows=6g", "again=1")
    comparison.limits.logging = .seconds(-600)
    #expect(try await comparison.run() == 1)
    #expect(try scene.result("6g").audit?.lostUnplaced == 1)
    #expect(try scene.result("6g").verdict?.word == "FAILS")
  }
}
