import Shared
import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// What a comparison does when the cluster, a step or the load does not.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ComparisonTroubleTests {
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

  @Test func `a load that cannot start is told with its reason`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    let waiting =
      #"""
      "waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \#
      \"grafana/k6:1.7.1\""}
      """#
    try scene.write(
      [ClusterJSON.list([ClusterJSON.loadPod(.tcp, .fresh, state: waiting)])], to: "load.pods")
    let refusal = await #expect(throws: CommandError.self) {
      try await scene.comparison("rows=5").run()
    }
    #expect(
      refusal?.message.contains(
        #"the load cannot start: ImagePullBackOff: Back-off pulling image "grafana/k6:1.7.1""#)
        == true)
    #expect(try scene.isClean())
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
        ? ClusterJSON.loadPod(
          door, kind, status: #""phase":"Failed","reason":"Evicted","message":"low on memory","#)
        : ClusterJSON.loadPod(door, kind)
    }
    for look in 2...4 {
      try scene.write([ClusterJSON.list(Array(pods.dropLast()))], to: "load.pods.\(look)")
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

  @Test func `a rollout that never finishes is told with the pods' reason`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write(
      [
        "@wait ^rollout restart",
        ClusterJSON.event(
          "ADDED",
          ClusterJSON.pod("c", running: false, ready: false, waiting: "ImagePullBackOff")),
        "@forever",
      ],
      to: "pods.watch")
    try scene.write(
      [
        "@wait ^rollout restart",
        ClusterJSON.set(ClusterJSON.deployment(2, generation: "2", observed: 2, available: 1)),
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
}
