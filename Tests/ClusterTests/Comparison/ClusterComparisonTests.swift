import Shared
import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// The comparison against a cluster that the stand-in for kubectl plays.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClusterComparisonTests {
  @Test(arguments: [("300", 300, 900), ("30", 30, 600), ("none", 120, 600)])
  func `a slow cluster gets the time that ROLLOUT_TIMEOUT gives the scripts`(
    text: String, rollout: Int, deploy: Int
  ) {
    let limits = ClusterComparison(environment: ["ROLLOUT_TIMEOUT=\(text)"]).limits
    #expect(limits.rollout == .seconds(rollout) && limits.rest == .seconds(rollout))
    #expect(limits.deploy == .seconds(deploy))
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

  @Test func `a k6 whose log has a gap, that falls silent or is lost never gives a clean table`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.play(clients: [
      "http-fresh": ["gap rollout restart"], "https-keepalive": ["silent scaled"],
    ])
    let pods = ClusterScene.groups.map { door, kind in
      door == .tcp
        ? ClusterScene.loadPod(
          door, kind, status: #""phase":"Failed","reason":"Evicted","message":"low on memory","#)
        : ClusterScene.loadPod(door, kind)
    }
    for look in 2...4 {
      try scene.write([ClusterScene.list(Array(pods.dropLast()))], to: "load.pods.\(look)")
    }
    var comparison = try scene.comparison("rows=5")
    comparison.limits.lastWord = .seconds(2)
    #expect(try await comparison.run() == 1)
    let result = try scene.result("5")
    #expect(result.verdict?.word == "no verdict")
    let reasons = result.harness.reasons
    #expect(reasons.contains("k6 tcp-fresh-0 ended: Evicted: low on memory"))
    #expect(reasons.contains("k6 http2-keepalive-0 is gone"))
    #expect(reasons.contains("1 client fell silent before the end, of https-keepalive"))
    #expect(reasons.contains { $0.hasPrefix("the logs of k6 have gaps: 3 of ") })
    #expect(reasons.contains { $0.hasSuffix("are missing, and 6 requests not known") })
    #expect(
      reasons.contains("no keepalive client was answered through https in scale-down"))
  }

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

  @Test func `an API server that is away for a while is waited for`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write(
      [
        """
        5|scale deployment/calc*|The connection to the server 10.0.0.1:6443 was refused - did you \
        specify the right host or port?
        """,
        "3|get pods -l *|Error from server (ServiceUnavailable): apiserver is shutting down",
      ], to: "trouble")
    #expect(try await scene.comparison("rows=5").run() == 0)
    #expect(try scene.calls().count { $0.hasPrefix("scale deployment/calc --replicas=3") } == 6)
  }

  /// Each ends in one line, and with no load in the cluster.
  @Test(arguments: [
    (
      """
      *|scale *|The connection to the server 10.0.0.1:6443 was refused - did you specify the \
      right host or port?
      """,
      ExitCode.temporary,
      "no answer from the API server of context stand-in for 2 s"
    ),
    (
      "*|apply *|error: jobs.batch is forbidden: User \"x\" cannot create resource", .unavailable,
      "jobs.batch is forbidden"
    ),
    (
      """
      *|get --raw /api/v1/namespaces/default/pods*|Error from server (Forbidden): pods is \
      forbidden
      """,
      .unavailable, "pods is forbidden"
    ),
  ])
  func `what the API server refuses ends in its words`(
    trouble: String, status: ExitCode, words: String
  ) async throws {
    let scene = try ClusterScene(patience: 2)
    try scene.play()
    try scene.write([trouble], to: "trouble")
    let refusal = await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=5").run()
    }
    #expect(refusal?.status == status)
    #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "")")
    #expect(refusal?.message.contains("\n") == false)
    #expect(try scene.isClean())
    #expect(throws: CommandError.self) { try scene.result("5") }
  }

  @Test func `a rollout that never finishes is told with the pods' reason`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write(
      [
        "@wait ^rollout restart",
        ClusterScene.event(
          "ADDED",
          ClusterScene.pod("c", running: false, ready: false, waiting: "ImagePullBackOff")),
        "@forever",
      ],
      to: "pods.watch")
    try scene.write(
      [
        "@wait ^rollout restart",
        ClusterScene.set(ClusterScene.deployment(2, generation: "2", observed: 2, available: 1)),
        "@forever",
      ],
      to: "deployments.watch")
    let refusal = await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=5", rollout: .seconds(3)).run()
    }
    #expect(
      refusal?.message
        == "row 5: the rollout of phase deploy has not finished after 3 s: ImagePullBackOff: "
        + #"Back-off pulling image "calc:1""#
    )
    #expect(try scene.isClean())
  }

  @Test func `a load that cannot start is told with its reason`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    let waiting =
      #"""
      "waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \#
      \"grafana/k6:1.7.1\""}
      """#
    try scene.write(
      [ClusterScene.list([ClusterScene.loadPod(.tcp, .fresh, state: waiting)])], to: "load.pods")
    let refusal = await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=5").run()
    }
    #expect(
      refusal?.message.contains(
        #"the load cannot start: ImagePullBackOff: Back-off pulling image "grafana/k6:1.7.1""#)
        == true)
    #expect(try scene.isClean())
  }

  @Test func `a step that cannot be deployed ends the comparison before any load is made`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.play()
    let failing = [
      "/bin/sh", "-c",
      "echo deploys; echo 'first' >&2; echo 'step 5: 13 pod(s) ErrImagePull' >&2; exit 1",
    ]
    let refusal = await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=5", deploy: failing).run()
    }
    #expect(refusal?.message == "row 5 cannot be deployed: step 5: 13 pod(s) ErrImagePull")
    #expect(try !scene.calls().contains { $0.hasPrefix("apply") })
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

  @Test func `Ctrl-C takes the load away`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write(["@forever"], to: "deployments.watch")
    let comparison = try scene.comparison("rows=5")
    let work = Task { () -> CommandError? in
      do throws(CommandError) { _ = try await comparison.run() } catch { return error }
      return nil
    }
    while try !scene.calls().contains("rollout restart deployment/calc") {
      try await Task.sleep(for: .milliseconds(20))
    }
    work.cancel()
    let refusal = await work.value
    #expect(refusal?.status == .interrupted)
    #expect(
      refusal?.message
        == "interrupted: row 5 was not counted; the load is gone from the cluster, the step stays, "
        + "and the same command goes on"
    )
    #expect(try scene.isClean())
  }

  @Test func `what was answered and never logged is lost, and belongs to the pod that answered`()
    async throws
  {
    let scene = try ClusterScene()
    let lost = ["RUN-tcp-fresh-0-1-3", "RUN-http-fresh-0-1-4"]
    try scene.play(said: ["a": [ClusterScene.answer(lost[0])], "e": [ClusterScene.answer(lost[1])]])
    try scene.playOperations(lost: lost)
    var comparison = try scene.comparison("rows=6")
    // One look: nothing is logged any more.
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
    // Only pods that are deleted say something; this one lives.
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
