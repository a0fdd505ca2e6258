import Testing

@testable import Cluster
@testable import Comparison
@testable import Rehearsal

@Suite(.timeLimit(.minutes(1))) struct LagTests {
  /// Requests that arrive every 40 ms until `last`, on a node whose clock is 5 s ahead, with lines
  /// that take 20 to 60 ms to come here.
  private func log(until last: Double) -> [LagSample.Line] {
    stride(from: 96.0, through: last + 0.0001, by: 0.04).enumerated().map { number, arrival in
      LagSample.Line(
        stamp: arrival + 0.1 + 5, came: arrival + 0.1 + 0.02 + Double(number % 3) * 0.02)
    }
  }

  @Test func `the lag is from the deletion to the last arrival, whatever the node's clock says`()
    throws
  {
    let sample = try #require(LagSample(log(until: 100.8), called: 99.95, answered: 100.05))
    // The fastest line took 20 ms, which is all that is not known of it.
    #expect(abs(sample.lag - 0.8) <= 0.021)
    #expect(abs(sample.error - 0.09) < 0.002)
  }

  @Test func `requests that end before the deletion are no lag`() throws {
    #expect(try #require(LagSample(log(until: 99.5), called: 99.95, answered: 100.05)).lag == 0)
  }

  @Test func `a log that says too little is no sample`() {
    #expect(LagSample([], called: 0, answered: 1) == nil)
  }

  @Test func `the report gives median, maximum, the preStop to set and the lag to rehearse with`()
    throws
  {
    let samples = try [100.1, 100.98, 100.42, 100.7].map {
      try #require(LagSample(log(until: $0), called: 99.98, answered: 100.02))
    }
    let report = LagReport(samples: samples)
    #expect(abs(report.median - 0.56) < 0.05 && abs(report.maximum - 0.98) < 0.05)
    #expect(report.preStop == 3)
    let lines = report.lines(preStop: 5)
    #expect(
      lines.contains { $0.contains("preStop: 3 s") && $0.contains("preStop of 5 s is enough") })
    let words = try #require(lines.last?.split(separator: " ").suffix(2).map(String.init))
    let options = try Options.parse(words, executables: "")
    #expect(options.lag.map { $0 > .milliseconds(50) && $0 < .milliseconds(170) } == true)
    #expect(options.jitter.map { $0 > .milliseconds(800) && $0 < .milliseconds(950) } == true)
    #expect(
      LagReport(samples: samples).lines(preStop: 2).contains {
        $0.contains("preStop of 2 s is short")
      })
  }

  @Test func `deletions are measured one by one, each from the pod's own log`() async throws {
    let scene = try ClusterScene()
    try scene.playLag()
    try scene.write([ClusterScene.list([])], to: "nodes")
    var measurement = try LagMeasurement(["deletions=2"], scene.environment)
    (measurement.before, measurement.listening) = (.seconds(1), .seconds(10))
    #expect(try await measurement.run() == 0)
    #expect(
      try scene.calls().filter { $0.hasPrefix("delete pod/") } == [
        "delete pod/a --wait=false", "delete pod/b --wait=false",
      ])
    #expect(try scene.isClean())
  }

  @Test func `a step without a preStop sleep cannot tell`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    let refusal = await #expect(throws: CommandError.self) {
      try await LagMeasurement([], scene.environment).run()
    }
    #expect(refusal?.message.hasSuffix("make k8s-deploy v=5 comes first") == true)
    #expect(try !scene.calls().contains { $0.hasPrefix("apply") })
  }
}

@Suite(.timeLimit(.minutes(1))) struct NodeDrainTests {
  private func node(_ name: String, closed: Bool = false, taint: String? = nil) -> String {
    let taints = taint.map {
      #""taints":[{"key":"node-role.kubernetes.io/control-plane","effect":"\#($0)"}]"#
    }
    return
      #"""
      {"metadata":{"name":"\#(name)","uid":"n-\#(name)"},\#
      "spec":{\#(closed ? #""unschedulable":true"# : taints ?? "")}}
      """#
  }

  private func drain(_ scene: ClusterScene, _ words: String...) throws -> NodeDrain {
    var drain = try NodeDrain(words, scene.environment)
    (drain.steady, drain.settle, drain.limit) = (
      .milliseconds(100), .milliseconds(100), .seconds(5)
    )
    return drain
  }

  private func scene(nodes: [String]) throws -> ClusterScene {
    let scene = try ClusterScene()
    try scene.play()
    try scene.write([ClusterScene.list(nodes)], to: "nodes")
    try scene.write(
      [ClusterScene.list([ClusterScene.pod("a"), ClusterScene.pod("b")])], to: "calc.pods")
    return scene
  }

  @Test
  func `one node is one line, and nothing is done; a control plane that takes no pods is none`()
    async throws
  {
    let scene = try scene(nodes: [
      node("n1"), node("n2", closed: true), node("n3", taint: "NoSchedule"),
    ])
    #expect(try await drain(scene).run() == 0)
    #expect(try scene.calls().allSatisfy { $0.hasPrefix("config ") || $0.hasPrefix("get nodes") })
  }

  @Test func `the node with most pods is emptied of them under load, and takes pods again`()
    async throws
  {
    let scene = try scene(nodes: [node("n0"), node("n1"), node("n2", taint: "PreferNoSchedule")])
    #expect(try await drain(scene).run() == 0)
    let calls = try scene.calls()
    let own = calls.filter { call in
      ["apply -f k8s", "drain", "uncordon", "delete"].contains { call.hasPrefix($0) }
    }
    #expect(own.count == 5)
    #expect(own[0] == "apply -f k8s/disruption-budget.yaml")
    // A selector holds in all namespaces, the budget in one: a label of this run is only here.
    let label = try #require(calls.firstIndex { $0.hasPrefix("label pods a b calc-drain=drain-") })
    let mark = try #require(calls[label].split(separator: " ").last)
    #expect(own[1].hasPrefix("drain n1 --pod-selector=\(mark) "))
    let order = ["cordon n1", calls[label], own[1], "uncordon n1"].map { calls.firstIndex(of: $0) }
    #expect(
      order.allSatisfy { $0 != nil }
        && order.compactMap(\.self) == order.compactMap(\.self).sorted())
    #expect(calls.contains("label pods -l calc-drain calc-drain-"))
    #expect(own[2].hasPrefix("delete jobs,configmaps"))
    #expect(
      own[3...] == ["uncordon n1", "delete -f k8s/disruption-budget.yaml --ignore-not-found"])
  }

  @Test func `a drain that fails leaves no closed node, no budget and no load`() async throws {
    let scene = try scene(nodes: [node("n1"), node("n2")])
    try scene.write(
      ["*|drain *|error: unable to drain node \"n1\" due to error: global timeout reached: 5s"],
      to: "trouble")
    let refusal = await #expect(throws: CommandError.self) { try await drain(scene).run() }
    #expect(refusal?.message.contains("global timeout reached") == true)
    let calls = try scene.calls()
    #expect(
      calls.contains("uncordon n1")
        && calls.contains("delete -f k8s/disruption-budget.yaml --ignore-not-found"))
    #expect(try scene.isClean())
  }

  @Test func `Ctrl-C in the middle of a drain opens the node again`() async throws {
    let scene = try scene(nodes: [node("n1"), node("n2")])
    try scene.write(["@forever"], to: "drain")
    let drain = try drain(scene)
    let work = Task { () -> CommandError? in
      do throws(CommandError) { _ = try await drain.run() } catch { return error }
      return nil
    }
    while try !scene.calls().contains(where: { $0.hasPrefix("drain ") }) {
      try await Task.sleep(for: .milliseconds(20))
    }
    work.cancel()
    #expect(
      await work.value?.message
        == "interrupted: node n1 takes pods again, the load and the budget are gone")
    #expect(try scene.calls().contains("uncordon n1"))
    #expect(try scene.isClean())
  }

  @Test func `a namespace without the edge is told how to get it`() async throws {
    let scene = try scene(nodes: [node("n1"), node("n2")])
    try scene.remove("service.calc-edge")
    let refusal = await #expect(throws: CommandError.self) { try await drain(scene).run() }
    #expect(refusal?.message.hasSuffix("make k8s-edge comes first") == true)
    #expect(try scene.isClean())
  }

  @Test func `a node that is not there, or has no pod, is refused`() async throws {
    let scene = try scene(nodes: [node("n1"), node("n2")])
    let unknown = await #expect(throws: CommandError.self) {
      try await drain(scene, "node=n9").run()
    }
    #expect(unknown?.message == "node=n9 is no node that takes pods; there are n1 n2")
    let empty = await #expect(throws: CommandError.self) { try await drain(scene, "node=n2").run() }
    #expect(empty?.message.contains("node n2 has no pod of calc") == true)
  }
}
