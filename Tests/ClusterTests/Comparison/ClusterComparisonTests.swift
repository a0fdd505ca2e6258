import Shared
import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// The comparison against a cluster that the stand-in for kubectl plays.
@Suite(.timeLimit(.minutes(2))) struct ClusterComparisonTests {
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
    #expect(result.parameters.clients == 40)
    #expect(result.counts.failed == 0)
    for door in Door.allCases { #expect(result.counts.sum(nil, door) > 0) }
    #expect(result.pods.map(\.name) == ["a", "b", "c", "d", "e"])
    let old = result.oldPods
    #expect(old.map(\.name) == ["a", "b", "e"])
    #expect(old.map(\.deletedIn) == [.deploy, .deploy, .scaleDown])
    #expect(old.allSatisfy { $0.code == 0 && $0.cut == 0 && $0.finished == 4 })
    #expect(result.pods.map(\.createdIn) == [nil, nil, .deploy, .deploy, .scaleUp])
    #expect(result.pods.allSatisfy { $0.inEndpoints != nil && $0.ready != nil })
    #expect(old.allSatisfy { $0.outOfEndpoints != nil })
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
    try scene.play(failures: [
      """
      calc-load failed id=RUN-tcp-fresh-0-1-45 outcome=refused at={0}900 ms=1 \
      why=dial:_connection_refused
      """,
      """
      calc-load failed id=RUN-http2-keepalive-0-1-45 outcome=http_502 at={0}950 ms=9 \
      why=status_502
      """,
    ])
    let status = try await scene.comparison("rows=5").run()
    let result = try scene.result("5")
    #expect(status == 1)
    #expect(result.verdict?.word == "FAILS")
    #expect(result.counts.sum(nil, .tcp, .fresh) { $0 == .refused } == 1)
    #expect(result.counts.sum(nil, .http2, .keepalive) { $0 == .http502 } == 1)
    #expect(result.counts.failed == 2)
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
    try scene.write(
      ["calc-load user=1 at={0} ok=9 failed=0 last=8 protocol=HTTP/1.1 ms=101*9"],
      to: "logs/load-http2-fresh-0")
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
      *|logs load-http-fresh-0*|Error from server (NotFound): pods \"load-http-fresh-0\" not found
      """,
      .unavailable, "not found"
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
          "ADDED", ClusterScene.pod("c", running: false, ready: false, waiting: "ImagePullBackOff")),
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

  @Test(arguments: [("6", 2), ("6g", 0)]) func `what was answered and never logged is lost`(
    row: String, lost: Int
  ) async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.playOperations(lost: lost)
    var comparison = try scene.comparison("rows=\(row)")
    // One look: nobody logs any more.
    comparison.limits.logging = .seconds(-600)
    #expect(try await comparison.run() == 0)
    let audit = try #require(try scene.result(row).audit)
    #expect(
      (audit.answered, audit.logged, audit.lost, audit.loggedTwice) == (360, 360 - lost, lost, 0))
    #expect(try scene.result(row).verdict?.word == "holds")
  }
}
