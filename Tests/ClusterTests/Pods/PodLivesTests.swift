import Testing

@testable import Cluster
@testable import Comparison

struct PodLivesTests {
  private func pod(_ json: String) throws -> PodObject {
    try JSONDecoder().decode(PodObject.self, from: Data(json.utf8))
  }
  private func slice(_ json: String) throws -> EndpointSliceObject {
    try JSONDecoder().decode(EndpointSliceObject.self, from: Data(json.utf8))
  }

  @Test func `a pod's life is put together from both watches`() throws {
    var lives = PodLives()
    lives.phase = .deploy
    lives.apply(.set(try pod(ClusterJSON.pod("a", running: false, ready: false))), at: 1)
    lives.apply(.set(try pod(ClusterJSON.pod("a", ready: false))), at: 2)
    lives.apply(.set(try pod(ClusterJSON.pod("a"))), at: 8)
    lives.apply(.set(try slice(ClusterJSON.slice(["a"]))), at: 8.1)
    #expect(lives.ready == 1 && lives.endpoints == 1 && lives.terminating == 0)
    lives.phase = .scaleDown
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20)
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20.5)
    lives.apply(.set(try slice(ClusterJSON.slice([], terminating: ["a"]))), at: 20.2)
    #expect(lives.terminating == 1 && lives.ready == 0 && lives.endpoints == 0)
    lives.apply(
      .set(try pod(ClusterJSON.pod("a", ready: false, deleted: true, exit: 137))), at: 51)
    lives.apply(
      .deleted(try pod(ClusterJSON.pod("a", ready: false, deleted: true, exit: 137))), at: 52)
    #expect(lives.terminating == 0)
    let timeline = try #require(lives.timelines.first)
    #expect(
      (timeline.created, timeline.started, timeline.ready, timeline.inEndpoints) == (1, 2, 8, 8.1))
    #expect(
      (timeline.deletion, timeline.preStop, timeline.sigterm, timeline.outOfEndpoints) == (
        20, 20, 25, 20.2
      ))
    #expect(timeline.createdIn == .deploy && timeline.deletedIn == .scaleDown)
    #expect(timeline.code == 137)
    #expect(timeline.address == "10.244.0.7")
  }

  @Test func `the exit is dated by the cluster's stamps when the news was late`() throws {
    var lives = PodLives()
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20)
    // Deleted at :10, which is :40 without the grace of 30 s; ended at :10 by the node's clock.
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true, exit: 0))), at: 27)
    #expect(lives.timelines.first?.exit == 20)
    var quick = PodLives()
    quick.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20)
    let later = ClusterJSON.pod("a", deleted: true, exit: 0).replacing(
      "T01:00:10Z", with: "T01:00:11Z")
    quick.apply(.set(try pod(later)), at: 20.1)
    #expect(quick.timelines.first?.exit == 20.1)
  }

  /// Stamps are cut to the second: 30.3 s may look like 31, and are to be told from a grace that
  /// was not kept.
  @Test
  func `a pod that was killed after its whole grace is seen as that, also across a second's end`()
    throws
  {
    var lives = PodLives()
    lives.phase = .deploy
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20)
    let killed = ClusterJSON.pod("a", deleted: true, exit: 137).replacing(
      "T01:00:10Z", with: "T01:00:41Z")
    lives.apply(.set(try pod(killed)), at: 51.8)
    var result = RowResult(row: "2", parameters: Parameters())
    result.pods = lives.timelines
    #expect(Claim.oldPodsAreKilled.check(result, beside: [])?.holds == true)
  }

  /// As on a busy node: 31.2 s by stamps that are cut to the second.
  @Test
  func
    `on a cluster a pod may be killed a second after its grace, but not later`()
    throws
  {
    for (stamp, holds) in [("T01:00:42Z", true), ("T01:00:43Z", false)] {
      var lives = PodLives()
      lives.phase = .deploy
      lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 46.918408349)
      let killed = ClusterJSON.pod("a", deleted: true, exit: 137).replacing(
        "T01:00:10Z", with: stamp)
      lives.apply(.set(try pod(killed)), at: 90)
      var result = RowResult(row: "2", parameters: Parameters())
      result.origin = .cluster
      result.pods = lives.timelines
      #expect(Claim.oldPodsAreKilled.check(result, beside: [])?.holds == holds)
    }
  }

  @Test func `a deletion is as old as its news, or its stamp where the news was late`() throws {
    var lives = PodLives()
    // Deleted at :10, which is :40 without the grace of 30 s, by the cluster's clock.
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 20)
    let deleted = try #require(KubernetesTime.seconds("2026-11-23T01:00:10Z"))
    #expect(lives.deletion(of: "a", latestStart: deleted - 20) == 20)
    #expect(lives.deletion(of: "a", latestStart: deleted - 12) == 13)
    #expect(lives.deletion(of: "b", latestStart: 0) == nil)
  }

  @Test func `a code that a kubelet made up is none`() throws {
    let json = ClusterJSON.pod("a", deleted: true, exit: 137)
    var lives = PodLives()
    lives.apply(
      .set(
        try pod(json.replacing(#""reason":"Error""#, with: #""reason":"ContainerStatusUnknown""#))),
      at: 20)
    #expect(lives.timelines.first?.code == nil)
  }

  @Test func `a container that was restarted has not ended`() throws {
    var lives = PodLives()
    lives.apply(.set(try pod(ClusterJSON.pod("a", exit: 1))), at: 3)
    #expect(lives.timelines.first?.exit == nil)
    #expect(lives.terminating == 0)
  }

  @Test func `what a new list does not name any more is gone`() throws {
    var lives = PodLives()
    lives.apply(
      .all([try pod(ClusterJSON.pod("a")), try pod(ClusterJSON.pod("b", deleted: true))]), at: 0)
    #expect(lives.terminating == 1)
    lives.apply(.all([try pod(ClusterJSON.pod("c"))]), at: 9)
    #expect(lives.terminating == 0)
    #expect(lives.timelines.first { $0.name == "a" }?.deletion == 9)
    lives.forgetTheGone()
    #expect(lives.timelines.map(\.name) == ["c"])
  }

  @Test func `an endpoint that is named by two slices is one`() throws {
    var lives = PodLives()
    lives.apply(.set(try pod(ClusterJSON.pod("a"))), at: 0)
    let one = try slice(ClusterJSON.slice(["a"]))
    var two = one
    two.metadata = ObjectMetadata(name: "calc-y", uid: "other")
    lives.apply(.all([one, two]), at: 1)
    #expect(lives.endpoints == 1)
    lives.apply(.deleted(two), at: 2)
    #expect(lives.timelines.first?.outOfEndpoints == nil)
    lives.apply(.set(try slice(ClusterJSON.slice([]))), at: 3)
    #expect(lives.timelines.first?.outOfEndpoints == 3)
  }

  @Test func `a pod may be an endpoint before it is seen itself`() throws {
    var lives = PodLives()
    lives.apply(.set(try slice(ClusterJSON.slice(["a"]))), at: 1)
    lives.apply(.set(try pod(ClusterJSON.pod("a"))), at: 1.2)
    #expect(lives.timelines.first?.inEndpoints == 1.2)
  }

  @Test
  func
    `a pod's last words say what it cut, when it was told to stop, and what it could not deliver`()
    throws
  {
    var report = PodReport()
    for line in [
      "ts=1970-01-01T00:01:40.250Z level=info msg=sum id=x status=200 numbers=4 result=10",
      "ts=1970-01-01T00:01:41.000Z level=info msg=draining",
      #"""
      ts=1970-01-01T00:01:43.000Z level=info msg=stopped connections=9 finished=4 late=1 cut=2 \#
      took="12.1 ms"
      """#,
      #"""
      operation,name=sum,pod=calc-1 id="6-abc-tcp-fresh-0-1-7",numbers=4i,result=10 \#
      1700000000000000000
      """#,
    ] { report.add(line) }
    let stopped = try #require(report.stopped)
    #expect((stopped.cut, stopped.finished, stopped.late) == (2, 4, 1))
    #expect(report.lastAnswer == 100.25 && report.sigterm == 101)
    #expect(report.answers == ["x": 100.25])
    var lives = PodLives()
    lives.apply(.set(try pod(ClusterJSON.pod("a", deleted: true))), at: 3)
    lives.heard(report, of: "uid-a", ahead: 90)
    let timeline = try #require(lives.timelines.first)
    #expect((timeline.lastRequest, timeline.sigterm, timeline.cut) == (10.25, 11, 2))
    #expect(report.undelivered == ["6-abc-tcp-fresh-0-1-7"])
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-23T01:00:40Z", 1_795_395_640),
    ("2024-02-29T23:59:59.500Z", 1_709_251_199.5),
    // As a container runtime stamps lines in a node's own time zone.
    ("2026-11-23T02:30:40.000000000+01:30", 1_795_395_640),
    ("2026-11-22T23:30:40.000000000-01:30", 1_795_395_640),
    ("2000-03-01T00:00:00Z", 951_868_800),
  ])
  func `moments are read as the API server writes them`(text: String, seconds: Double) {
    #expect(KubernetesTime.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "null", "2026-11-23 01:00:40Z", "2026-11-23T01:00:40+0100", "yyyy-11-23T01:00:40Z",
    "2026-11-23T01:00:40+xx:00", "2026-11-23T01:00:40+01:00x",
  ])
  func `anything else is no moment`(text: String) { #expect(KubernetesTime.seconds(text) == nil) }

  @Test func `a Deployment is complete only for the generation that was asked for`() throws {
    func deployment(_ json: String) throws -> DeploymentObject {
      try JSONDecoder().decode(DeploymentObject.self, from: Data(json.utf8))
    }
    let old = try deployment(ClusterJSON.deployment(13, generation: "4", observed: 4))
    #expect(old.isComplete(generation: 4) && !old.isComplete(generation: 5))
    #expect(
      try !deployment(ClusterJSON.deployment(13, generation: "5", observed: 4)).isComplete(
        generation: 5))
    #expect(
      try !deployment(ClusterJSON.deployment(13, generation: "5", observed: 5, available: 12))
        .isComplete(generation: 5))
    #expect(
      try !deployment(#"{"metadata":{"name":"calc","uid":"d"},"spec":{"replicas":3},"status":{}}"#)
        .isComplete(generation: 0))
  }
}
