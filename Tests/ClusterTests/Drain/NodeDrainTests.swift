import Testing

@testable import Cluster
@testable import Comparison

@Suite(.timeLimit(.minutes(4))) struct NodeDrainTests {
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
    var drain = try NodeDrain(words + ["clients=8"], scene.environment)
    (drain.steady, drain.settle, drain.limit) = (.seconds(1), .seconds(1), .seconds(5))
    drain.lastWord = .seconds(3)
    return drain
  }

  private func scene(nodes: [String], clients: [String: [String]] = [:]) throws -> ClusterScene {
    let scene = try ClusterScene()
    try scene.play(clients: clients)
    try scene.write([ClusterJSON.list(nodes)], to: "nodes")
    try scene.write(
      [ClusterJSON.list([ClusterJSON.pod("a"), ClusterJSON.pod("b")])], to: "calc.pods")
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

  @Test func `a request that fails in the drain fails it, one that hangs before does not`()
    async throws
  {
    let nodes = [node("n1"), node("n2")]
    let hanging = try scene(nodes: nodes, clients: ["tcp-fresh": ["timeout get pods -l calc-load"]])
    #expect(try await drain(hanging).run() == 0)
    let failing = try scene(nodes: nodes, clients: ["tcp-fresh": ["eof drain n1"]])
    #expect(try await drain(failing).run() == 1)
  }

  @Test func `clients that send nothing, or whose log has a gap, prove nothing`() async throws {
    let nodes = [node("n1"), node("n2")]
    let gap = try scene(nodes: nodes, clients: ["http-fresh": ["gap drain n1"]])
    #expect(try await drain(gap).run() == 1)
    let silent = try scene(
      nodes: nodes,
      clients: Dictionary(
        uniqueKeysWithValues: ClusterScene.groups.map { door, kind in
          ("\(door.rawValue)-\(kind.rawValue)", ["silent config"])
        }))
    #expect(try await drain(silent).run() == 1)
    let dead = try scene(nodes: nodes)
    let ended = #""terminated":{"exitCode":107}"#
    let pods = ClusterScene.groups.map { ClusterJSON.loadPod($0.0, $0.1, state: ended) }
    try dead.write([ClusterJSON.list(pods)], to: "load.pods")
    #expect(try await drain(dead).run() == 1)
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
