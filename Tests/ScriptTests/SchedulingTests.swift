import Testing

@testable import Comparison
@testable import TestSupport

/// What the manifests promise on several nodes, tried against the rules of Kubernetes: a rollout
/// keeps to surge and unavailable, an eviction to the disruption budget, and the scheduler prefers
/// the node with the fewest pods of the same kind (topology spread with `ScheduleAnyway`: by the
/// edge's own constraint, by the scheduler's default one for the steps, which name none).
@Suite struct SchedulingTests {
  private static func manifest(_ path: String) throws -> JSONValue {
    let file = "\(Sandbox.repository)/k8s/\(path)"
    let document = try YAMLReader.documents(Files.bytes(of: file), file: file).first
    return JSONValue(try #require(document))
  }

  private static func number(_ value: JSONValue) throws -> Int {
    guard case .number(let number) = value else { throw CommandError.data("no number") }
    return number
  }

  /// A cluster of three nodes on which a manifest's pods have been deployed and are ready.
  private static func nodes(_ manifest: JSONValue, budget: JSONValue?) throws -> Nodes {
    let rolling = manifest["spec"]["strategy"]["rollingUpdate"]
    var nodes = Nodes(
      replicas: try number(manifest["spec"]["replicas"]), surge: try number(rolling["maxSurge"]),
      unavailable: try number(rolling["maxUnavailable"]),
      disruptions: try budget.map { try number($0["spec"]["maxUnavailable"]) })
    while nodes.ready < nodes.replicas { nodes.tick() }
    return nodes
  }

  @Test func `13 pods on three nodes: a drained one gives up its pods, and 12 are always ready`()
    throws
  {
    let budget = try Self.manifest("disruption-budget.yaml")
    var nodes = try Self.nodes(Self.manifest("v5/deployment.yaml"), budget: budget)
    #expect(nodes.replicas == 13 && nodes.counts == [4, 4, 5])
    let drained = nodes.drain()
    let fewest = try #require(drained)
    #expect(fewest == 12)
    #expect(nodes.counts == [0, 6, 7] && nodes.ready == 13)
  }

  @Test func `drained in the middle of a rollout: surge 3, and no fewer are ready`() throws {
    let budget = try Self.manifest("disruption-budget.yaml")
    var nodes = try Self.nodes(Self.manifest("v5/deployment.yaml"), budget: budget)
    nodes.beginRollout()
    nodes.tick()
    #expect(nodes.pods.count == 16, "three above the 13 at most, and at once")
    let drained = nodes.drain()
    let fewest = try #require(drained)
    #expect(fewest >= 12)
    while nodes.isRolling { nodes.tick() }
    #expect(nodes.most == 16 && nodes.counts[0] == 0 && nodes.ready == 13)
  }

  @Test func `the edge's two pods are on two nodes, and one is always ready`() throws {
    let manifest = try Self.manifest("edge/deployment.yaml")
    let spread = manifest["spec"]["template"]["spec"]["topologySpreadConstraints"].elements
    #expect(spread.first?["topologyKey"].text == "kubernetes.io/hostname")
    #expect(spread.first?["whenUnsatisfiable"].text == "ScheduleAnyway")
    var nodes = try Self.nodes(
      manifest, budget: Self.manifest("edge/disruption-budget.yaml"))
    #expect(nodes.counts == [0, 1, 1])
    nodes.closed = []
    let drained = nodes.drain(nodes.pods[0].node)
    let fewest = try #require(drained)
    #expect(fewest == 1 && nodes.ready == 2)
  }

  @Test func `a pod that starts is not evicted where fewer are ready than the budget wants`() throws
  {
    let budget = try Self.manifest("disruption-budget.yaml")
    #expect(budget["spec"]["unhealthyPodEvictionPolicy"] == .null, "the default, IfHealthyBudget")
    var nodes = try Self.nodes(Self.manifest("v5/deployment.yaml"), budget: budget)
    nodes.evict(nodes.pods[0])
    nodes.tick()
    let starting = try #require(nodes.pods.last)
    #expect(!starting.isReady && nodes.ready == 12)
    // 12 are enough for it to go, and for no ready one.
    nodes.evict(nodes.pods[0])
    #expect(nodes.pods.count == 13)
    var fewer = nodes
    fewer.lose(fewer.pods[0])
    fewer.evict(starting)
    #expect(fewer.pods.contains(starting))
    nodes.evict(starting)
    #expect(!nodes.pods.contains(starting))
  }

  @Test func `without a budget a drain takes all pods of a node at once`() throws {
    var nodes = try Self.nodes(Self.manifest("v5/deployment.yaml"), budget: nil)
    let drained = nodes.drain()
    let fewest = try #require(drained)
    #expect(fewest == 8)
  }

  @Test func `with one node a drain has nowhere to put pods, and the budget holds it up`() throws {
    let budget = try Self.manifest("disruption-budget.yaml")
    var nodes = try Self.nodes(Self.manifest("v5/deployment.yaml"), budget: budget)
    nodes.closed = [1, 2]
    let drained = nodes.drain()
    #expect(drained == nil)
    #expect(nodes.ready == 12)
  }
}

/// Three nodes and the pods of one Deployment. A tick is the time that a pod takes to become ready.
private struct Nodes {
  struct Pod: Equatable {
    var number: Int
    /// Nil while no node takes it.
    var node: Int?
    var isReady = false
    var isNew: Bool
  }

  let replicas: Int
  let surge: Int
  let unavailable: Int
  /// How many pods may be missing by evictions; nil without a budget.
  let disruptions: Int?
  var closed: Set<Int> = []
  private(set) var pods: [Pod] = []
  /// The most that there were.
  private(set) var most = 0
  private var isNew = false
  private var made = 0

  var ready: Int { pods.count { $0.isReady } }
  var isRolling: Bool { pods.contains { $0.isNew != isNew } || ready < replicas }
  /// The pods of each node; a node that was drained comes first.
  var counts: [Int] { (0..<3).map { node in pods.count { $0.node == node } }.sorted() }

  init(replicas: Int, surge: Int, unavailable: Int, disruptions: Int?) {
    self.replicas = replicas
    self.surge = surge
    self.unavailable = unavailable
    self.disruptions = disruptions
  }

  mutating func beginRollout() { isNew.toggle() }

  mutating func tick() {
    // The kubelet: what has been placed is ready now.
    for index in pods.indices where pods[index].node != nil { pods[index].isReady = true }
    // The controller: old pods go while enough are ready, new ones come while there is room.
    for old in pods where old.isNew != isNew {
      let isEnough = ready - (old.isReady ? 1 : 0) >= replicas - unavailable
      if isEnough { pods.removeAll { $0 == old } }
    }
    let isRollout = pods.contains { $0.isNew != isNew }
    let wanted = replicas + (isRollout ? surge : 0)
    while pods.count < wanted, pods.count(where: { $0.isNew == isNew }) < replicas {
      made += 1
      pods.append(Pod(number: made, isNew: isNew))
    }
    most = max(most, pods.count)
    // The scheduler: among the nodes that take pods, the one with the fewest.
    for index in pods.indices where pods[index].node == nil {
      pods[index].node = (0..<3).filter { !closed.contains($0) }.min { one, other in
        pods.count { $0.node == one } < pods.count { $0.node == other }
      }
    }
  }

  /// The eviction API: a ready pod may go only while the budget has room, and one that runs and is
  /// not ready only while enough others are (`unhealthyPodEvictionPolicy: IfHealthyBudget`, the
  /// default): a pod that starts is the successor that the budget waits for.
  mutating func evict(_ pod: Pod) {
    if let disruptions, ready - (pod.isReady ? 1 : 0) < replicas - disruptions { return }
    pods.removeAll { $0 == pod }
  }

  /// A pod that a node loses, which no budget prevents.
  mutating func lose(_ pod: Pod) { pods.removeAll { $0 == pod } }

  /// Closes a node and evicts its pods, again and again as kubectl does.
  /// - Returns: the fewest pods that were ready; nil if it does not end.
  mutating func drain(_ node: Int? = 0) -> Int? {
    guard let node else { return nil }
    closed.insert(node)
    var fewest = ready
    for _ in 0..<100 {
      for pod in pods where pod.node == node { evict(pod) }
      fewest = min(fewest, ready)
      tick()
      let isEmpty = !pods.contains { $0.node == node }
      if isEmpty, ready >= replicas { return fewest }
    }
    return nil
  }
}
