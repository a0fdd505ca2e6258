import Shared
import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// The comparison against a cluster that the stand-in for kubectl plays.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClusterComparisonTests {
  @Test(arguments: [("300", 300, 900), ("30", 30, 600), ("none", 120, 600)])
  func `a slow cluster gets the time that ROLLOUT_TIMEOUT gives the scripts`(
    text: String, rollout: Int, deploy: Int
  ) {
    let limits = ClusterComparison(environment: ["ROLLOUT_TIMEOUT=\(text)"]).limits
    #expect(limits.rollout == .seconds(rollout) && limits.rest == .seconds(rollout))
    #expect(limits.deploy == .seconds(deploy))
  }

  /// With a limit of its own such a script would run to its end.
  @Test(arguments: [true, false])
  func `edge and InfluxDB are deployed within the time of a step's deploy`(isEdge: Bool)
    async throws
  {
    let scene = try ClusterScene()
    try scene.play()
    var comparison = try scene.comparison("rows=6")
    comparison.limits.deploy = .milliseconds(300)
    let slow = ["/bin/sleep", "60"]
    if isEdge { comparison.scripts.edge = slow } else { comparison.scripts.influx = slow }
    let began = MonotonicTime.now
    let refusal = await #expect(throws: CommandError.self) { try await comparison.run() }
    let what = isEdge ? "the edge" : "InfluxDB"
    #expect(refusal?.message.hasPrefix("\(what) cannot be deployed: ") == true)
    #expect(MonotonicTime.now - began < .seconds(50))
  }

  @Test func `the script that deploys gets step, act and namespace`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    let script = ["/bin/sh", "-c", #"echo "$v $graceful $ns" >"$STANDIN/deployed"; exit 1"#]
    await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=2", "ns=talk", deploy: script).run()
    }
    #expect(try TemporaryFolder.text("\(scene.folder.path)/deployed") == "2 0 talk\n")
  }

  @Test func `a row is deployed, loaded, replaced, scaled and counted, and leaves no load behind`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.play()
    let status = try await scene.comparison("rows=5").run()
    let result = try scene.result("5")
    #expect(result.harness.reasons == [])
    #expect(status == 0, "\(result)")
    #expect(result.origin == .cluster)
    #expect(result.verdict?.word == "holds")
    #expect(result.parameters.doors == Door.allCases)
    #expect(result.parameters.clients == 8)
    #expect(result.counts.failed == 0)
    for door in Door.allCases { #expect(result.counts.sum(nil, door) > 0) }
    #expect(result.pods.map(\.name) == ["a", "b", "c", "d", "e"])
    let old = result.oldPods
    #expect(old.map(\.name) == ["a", "b", "e"])
    #expect(old.map(\.deletedIn) == [.deploy, .deploy, .scaleDown])
    #expect(old.allSatisfy { $0.code == 0 && $0.cut == 0 && $0.finished == 4 })
    #expect(result.pods.map(\.createdIn) == [nil, nil, .deploy, .deploy, .scaleUp])
    #expect(result.pods.allSatisfy { $0.inEndpoints != nil && $0.ready != nil })
    #expect(old.allSatisfy { $0.outOfEndpoints != nil && $0.lastRequest != nil })
    for phase in [Phase.deploy, .scaleDown] { #expect(result.sigtermsUnderLoad(in: phase) != 0) }
    #expect(result.spans?.map(\.phase) == Phase.allCases && result.loadEnd != nil)
    let series = try #require(result.series)
    #expect(series.lines.count == 8)
    let spans = try #require(result.spans)
    let first = Int((spans[0].start / 0.2).rounded(.up))
    let steps = series.lines.reduce(0) { $0 + $1.sent.dropFirst(first).reduce(0, +) }
    // One step may lie on both sides of the first phase's beginning.
    #expect(abs(steps - result.counts.sent) <= 4 * 8, "\(steps) of \(result.counts.sent)")
    #expect(result.failures == [] && result.failuresDropped == 0)
    #expect(result.parameters.kubernetes == "1.36.2")
    #expect(result.parameters.kubeProxy == "nftables")
    #expect(result.parameters.k6 == "grafana/k6:1.7.1")
    let calls = try scene.calls()
    let changes = calls.filter { $0.hasPrefix("rollout") || $0.hasPrefix("scale ") }
    #expect(
      changes == [
        "rollout restart deployment/calc", "scale deployment/calc --replicas=3",
        "scale deployment/calc --replicas=2",
      ])
    #expect(try scene.isClean())
  }

  @Test func `failures are counted by door, kind and phase, and the verdict is the rehearsal's`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.play(clients: [
      "tcp-fresh": ["refused rollout restart"],
      "http2-keepalive": ["http_502 scale deployment/calc --replicas=3"],
    ])
    let status = try await scene.comparison("rows=5").run()
    let result = try scene.result("5")
    #expect(status == 1)
    #expect(result.verdict?.word == "FAILS")
    #expect(result.counts.count(.deploy, .tcp, .fresh, .refused) == 1)
    #expect(result.counts.count(.scaleUp, .http2, .keepalive, .http502) == 1)
    #expect(result.counts.failed == 2)
    let failures = try #require(result.failures)
    #expect(failures.map(\.outcome) == [.refused, .http502])
    #expect(failures.map(\.phase) == [.deploy, .scaleUp])
    #expect(failures.allSatisfy { $0.id.contains("-0-1-") && $0.took == 0.005 && $0.pod == nil })
    let spans = try #require(result.spans)
    #expect(failures[0].sent >= spans[1].start && failures[0].sent < spans[2].start)
    #expect(result.series?.lines.reduce(0) { $0 + $1.failed.reduce(0, +) } == 2)
  }

  /// Step 3's executable under step 5's manifest: it cuts its requests at SIGTERM, and says so.
  @Test(arguments: [
    (Phase.deploy, "deleted a"), (.scaleDown, "deleted e"),
  ])
  func `a service without a drainer fails row 5 in each phase that deletes`(
    phase: Phase, moment: String
  ) async throws {
    let scene = try ClusterScene()
    try scene.play(
      clients: ["tcp-fresh": ["eof \(moment)"], "http-fresh": ["http_502 \(moment)"]], exit: 1,
      cut: 1, restarts: 1)
    #expect(try await scene.comparison("rows=5").run() == 1)
    let result = try scene.result("5")
    #expect(result.harness.reasons == [])
    #expect(result.counts.sum(phase) { $0.isCut } == 2 && result.counts.failed == 2)
    #expect(result.verdict?.word == "FAILS")
    let failing = (result.verdict?.findings ?? []).filter { $0.holds == false }.map(\.claim)
    #expect(
      failing == [
        "no container is restarted", "every old pod exits with 0",
        "no request fails: no phase, door or kind",
      ])
  }

  @Test func `row 4 is judged by what its pods reported, and not by a log that was never seen`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.play(clients: ["tcp-fresh": ["refused deleted a"]], unheard: ["a"])
    #expect(try await scene.comparison("rows=4").run() == 0)
    let result = try scene.result("4")
    #expect(result.oldPods.map { $0.cut } == [nil, 0, 0])
    let finding = result.verdict?.findings.first {
      $0.claim == "every old pod reports 0 requests cut"
    }
    #expect(finding?.holds == nil)
    #expect(finding?.seen == "0 cut in 3 old pods, 1 of which reported nothing")
    #expect(result.verdict?.word == "holds")

    try scene.reset()
    try scene.play(clients: ["tcp-fresh": ["wrong_answer deleted a"]], cut: 1, cutLogs: true)
    #expect(try await scene.comparison("rows=4", "again=1").run() == 1)
    let failing = try scene.result("4").verdict?.findings.filter { $0.holds == false }.map(\.claim)
    #expect(failing == ["no answer is wrong", "every old pod reports 0 requests cut"])
  }

  @Test func `a time-out while nothing changes is not the step's, and is told`() async throws {
    let scene = try ClusterScene()
    try scene.play(clients: ["tcp-fresh": ["timeout get deployment/calc"]])
    var comparison = try scene.comparison("rows=5")
    // The first request of the stand-in is one of the first phase.
    comparison.limits.warmUp = .zero
    #expect(try await comparison.run() == 0)
    let result = try scene.result("5")
    #expect(SteadyTimeouts(result).count == 1 && result.verdict?.word == "holds")
    #expect(
      Details.lines([result], folder: "results", wall: 1).joined(separator: " ").contains(
        "1 time-out in steady, when nothing changed"))
  }
}
