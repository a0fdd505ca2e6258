import Shared

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// A cluster as the stand-in for kubectl plays it: what watches and lists say is written before,
/// and what was called is read afterwards.
final class ClusterScene: Sendable {
  static let standIn = "\(TemporaryFolder.repository)/Tests/StandIns"

  let folder = TemporaryFolder()

  var environment: [String] {
    [
      "PATH=\(Self.standIn):/usr/bin:/bin", "STANDIN=\(folder.path)", "API_PATIENCE=\(patience)",
      "POLL=0.05", "HOME=/tmp", "STATE=\(folder.path)/state",
    ]
  }

  private let patience: Int

  /// - Parameter patience: seconds for which an API server may be away.
  init(patience: Int = 30) throws {
    self.patience = patience
    try folder.write("stand-in\n", to: "context")
    try reset()
  }

  func write(_ lines: [String], to name: String) throws {
    try folder.write(lines.map { "\($0)\n" }.joined(), to: name)
  }

  func calls() throws -> [String] {
    try TemporaryFolder.text("\(folder.path)/calls").split(separator: "\n").map(String.init)
  }

  /// A call that something in the scene waits for.
  func add(call: String) throws {
    try folder.write(try TemporaryFolder.text("\(folder.path)/calls") + call + "\n", to: "calls")
  }

  /// As if nothing had been called yet.
  func reset() throws {
    let old =
      ["changed", "input", "lost", "strange"]
      + ["pods", "endpointslices", "deployments"].map { "\($0).watch.at" }
      + ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/logs")) ?? []).map {
        "logs/\($0)"
      }
    for name in old { try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)") }
    try folder.write("", to: "calls")
    try object("deployment.calc", ".metadata.generation\t1")
    for service in ["calc", "calc-edge"] { try object("service.\(service)") }
  }

  /// An object of the cluster: lines of a jsonpath, a tab and a value.
  func object(_ name: String, _ fields: String...) throws {
    try write(fields, to: "objects/default/\(name)")
  }

  func remove(_ object: String) throws {
    try FileManager.default.removeItem(atPath: "\(folder.path)/objects/default/\(object)")
  }

  /// Whether all that was made was taken away again.
  func isClean() throws -> Bool {
    let calls = try calls()
    guard let made = calls.lastIndex(where: { $0.hasPrefix("apply -f -") }) else { return true }
    return calls[made...].contains { $0.hasPrefix("delete jobs,configmaps -l calc-load/run=") }
  }

  // MARK: Objects, as an API server writes them

  static func pod(
    _ name: String, running: Bool = true, ready: Bool = true, deleted: Bool = false,
    exit: Int? = nil, waiting: String? = nil, restarts: Int = 0
  ) -> String {
    let deletion =
      deleted ? #","deletionTimestamp":"2026-11-23T01:00:40Z","deletionGracePeriodSeconds":30"# : ""
    let state =
      exit.map {
        #"""
        "terminated":{"exitCode":\#($0),"reason":"Error","startedAt":"2026-11-23T00:59:00Z",\#
        "finishedAt":"2026-11-23T01:00:10Z"}
        """#
      }
      ?? waiting.map {
        #""waiting":{"reason":"\#($0)","message":"Back-off pulling image \"calc:1\""}"#
      }
      ?? (running
        ? #""running":{"startedAt":"2026-11-23T00:59:00Z"}"#
        : #""waiting":{"reason":"ContainerCreating"}"#)
    return """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\(name)",\
      "namespace":"default","uid":"uid-\(name)","resourceVersion":"12",\
      "creationTimestamp":"2026-11-23T00:58:57Z","labels":{"app":"calc"}\(deletion)},\
      "spec":{"nodeName":"n1","terminationGracePeriodSeconds":30,\
      "containers":[{"name":"calc","image":"calc:1",\
      "lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]},\
      "status":{"phase":"Running",\
      "podIP":"10.244.0.7","conditions":[{"type":"Ready","status":"\(ready ? "True" : "False")"}],\
      "containerStatuses":[{"name":"calc","ready":\(ready),"restartCount":\(restarts),\
      "state":{\(state)}}]}}
      """
  }

  static func slice(_ ready: [String], terminating: [String] = []) -> String {
    func endpoint(_ name: String, _ isReady: Bool) -> String {
      #"""
      {"addresses":["10.244.0.7"],"conditions":{"ready":\#(isReady),"serving":true,\#
      "terminating":\#(!isReady)},"targetRef":{"kind":"Pod","name":"\#(name)",\#
      "uid":"uid-\#(name)"}}
      """#
    }
    let endpoints = ready.map { endpoint($0, true) } + terminating.map { endpoint($0, false) }
    return
      #"""
      {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"calc-x",\#
      "uid":"slice","resourceVersion":"12"},
      """#
        + #""addressType":"IPv4","#
        + #""endpoints":\#(endpoints.isEmpty ? "null" : "[\(endpoints.joined(separator: ","))]")}"#
  }

  static func deployment(_ replicas: Int, generation: String, observed: Int, available: Int? = nil)
    -> String
  {
    let available = available ?? replicas
    return
      #"""
      {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"calc","uid":"d",\#
      "resourceVersion":"12","generation":\#(generation)},
      """#
        + #""spec":{"replicas":\#(replicas),"#
        + #""template":{"spec":{"terminationGracePeriodSeconds":30,"#
        + #""containers":[{"name":"calc"}]}}},"#
        + #""status":{"observedGeneration":\#(observed),"replicas":\#(replicas),"#
        + #""updatedReplicas":\#(available),"availableReplicas":\#(available)}}"#
  }

  static func list(_ items: [String]) -> String {
    #"""
    {"kind":"List","metadata":{"resourceVersion":"11"},\#
    "items":[\#(items.joined(separator: ","))]}
    """#
  }

  static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"#
  }

  static func set(_ object: String) -> String { event("MODIFIED", object) }

  /// A pod of the load.
  static func loadPod(
    _ door: Door, _ kind: ClientKind, index: Int = 0, state: String = #""running":{}"#,
    status: String = ""
  ) -> String {
    let name = "\(door.rawValue)-\(kind.rawValue)"
    return """
      {"metadata":{"name":"load-\(name)-\(index)","uid":"l-\(name)-\(index)",\
      "labels":{"batch.kubernetes.io/job-name":"calc-load-RUN-\(name)"},\
      "annotations":{"batch.kubernetes.io/job-completion-index":"\(index)"}},\
      "status":{\(status)"containerStatuses":[{"name":"k6","image":"grafana/k6:1.7.1",\
      "state":{\(state)}}]}}
      """
  }

  static let groups = ClusterDoor.all.flatMap { door in ClientKind.allCases.map { (door.door, $0) }
  }

  // MARK: Scenes

  /// Two pods that are replaced, a third one that comes and goes, and clients that are answered
  /// before, while and after.
  /// - Parameters:
  ///   - clients: what those of a door and kind meet, as `tcp-fresh`.
  ///   - exit: the code of the pods that are deleted.
  ///   - cut: how many requests each of them reports as cut.
  ///   - unheard: pods whose logs are not to be had.
  ///   - said: what pods log while they are deleted.
  ///   - cutLogs: the connection to each log breaks once.
  func play(
    clients: [String: [String]] = [:], exit: Int = 0, cut: Int = 0, unheard: [String] = [],
    said: [String: [String]] = [:], restarts: Int = 0, cutLogs: Bool = false
  ) throws {
    let (a, b) = (Self.pod("a"), Self.pod("b"))
    try write([Self.list([a, b])], to: "pods.list")
    try write([Self.list([Self.slice(["a", "b"])])], to: "endpointslices.list")
    try write(
      [Self.list([Self.deployment(2, generation: "1", observed: 1)])], to: "deployments.list")
    try write([Self.deployment(2, generation: "GENERATION", observed: 1)], to: "deployment")
    func leave(_ name: String) -> [String] {
      let gone = Self.pod(name, ready: false, deleted: true, exit: exit)
      return [Self.set(Self.pod(name, deleted: true)), "@call deleted \(name)"]
        + (unheard.contains(name) ? [] : ["@wait ^stopped \(name)"])
        + [Self.set(gone), Self.event("DELETED", gone)]
    }
    try write(
      [
        "@wait ^rollout restart", Self.event("ADDED", Self.pod("c", running: false, ready: false)),
        Self.set(Self.pod("c", restarts: restarts)),
      ] + leave("a")
        + [
          Self.event("ADDED", Self.pod("d")),
          #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"40"}}}"#,
        ]
        + leave("b")
        + [
          "@call replaced", "@end", "@wait replicas=3", Self.event("ADDED", Self.pod("e")),
          "@call scaled", "@wait replicas=2", "@call shrunk",
        ]
        + leave("e") + ["@forever"], to: "pods.watch")
    try write(
      [
        "@wait ^rollout restart", Self.set(Self.slice(["b", "c"], terminating: ["a"])),
        Self.set(Self.slice(["c", "d"], terminating: ["b"])), "@wait ^scaled",
        Self.set(Self.slice(["c", "d", "e"])), "@wait ^shrunk", Self.set(Self.slice(["c", "d"])),
        "@forever",
      ], to: "endpointslices.watch")
    try write(
      [
        "@wait ^rollout restart", Self.set(Self.deployment(2, generation: "2", observed: 1)),
        Self.set(Self.deployment(2, generation: "2", observed: 2, available: 1)), "@wait ^replaced",
        Self.set(Self.deployment(2, generation: "2", observed: 2)), "@wait ^scaled",
        Self.set(Self.deployment(3, generation: "3", observed: 3)), "@wait ^shrunk",
        Self.set(Self.deployment(2, generation: "4", observed: 4)), "@forever",
      ], to: "deployments.watch")
    try write([Self.list(Self.groups.map { Self.loadPod($0.0, $0.1) })], to: "load.pods")
    for (door, kind) in Self.groups {
      let name = "\(door.rawValue)-\(kind.rawValue)"
      try write(
        [door == .http2 ? "HTTP/2.0" : "HTTP/1.1"] + (clients[name] ?? []),
        to: "logs/load-\(name)-0.k6")
    }
    let heard = ["a", "b", "c", "d", "e"].filter { !unheard.contains($0) }
    for name in heard {
      try write(
        (cutLogs ? ["@sums 3", "@cut"] : []) + ["@until deleted \(name)"] + (said[name] ?? [])
          + [
            "ts=NOW level=info msg=draining", "@sums 2",
            "ts=NOW level=info msg=stopped connections=3 finished=4 late=0 cut=\(cut)",
            "@call stopped \(name)", "@end",
          ],
        to: "logs/\(name).live")
    }
    try write([#"{"gitVersion":"v1.36.2"}"#], to: "version.list")
    try write([#"{"data":{"config.conf":"kind: X\nmode: \"nftables\"\n"}}"#], to: "kube-proxy.list")
    try write([#"{"results":[{"statement_id":0}]}"#], to: "raw")
  }

  /// Three pods with a preStop sleep, of which one is deleted, then two: each is replaced.
  func playLag() throws {
    try play()
    try write([Self.list(["a", "b", "c"].map { Self.pod($0) })], to: "pods.list")
    try write([Self.list([Self.slice(["a", "b", "c"])])], to: "endpointslices.list")
    let deployment = Self.deployment(3, generation: "1", observed: 1)
    try write([Self.list([deployment])], to: "deployments.list")
    try write(
      [
        deployment.replacing(
          #"{"name":"calc"}"#,
          with: #"{"name":"calc","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}"#)
      ], to: "deployment")
    func replace(_ name: String, _ other: String) -> [String] {
      ["@wait ^delete pod/\(name)", Self.set(Self.pod(name, deleted: true))]
        + [Self.event("ADDED", Self.pod(other))]
    }
    try write(
      replace("a", "d") + ["@call replaced"] + replace("b", "e") + replace("c", "f")
        + ["@forever"], to: "pods.watch")
    try write(
      [
        "@wait ^delete pod/a", Self.set(Self.slice(["b", "c"])), "@wait ^replaced",
        Self.set(Self.slice(["b", "c", "d"])), "@wait ^delete pod/b",
        Self.set(Self.slice(["c", "d", "e"])), "@wait ^delete pod/c",
        Self.set(Self.slice(["d", "e", "f"])), "@forever",
      ],
      to: "endpointslices.watch")
    try write(["@forever"], to: "deployments.watch")
    try write([Self.list([Self.loadPod(.tcp, .fresh)])], to: "load.pods")
    for name in ["a", "b", "c"] {
      try write(["@until delete pod/\(name) ", "@sums 5", "@end"], to: "logs/\(name).live")
    }
  }

  /// What InfluxDB has of the requests of `play`: all but these, and others that no client sent.
  func playOperations(lost: [String] = [], strange: [String] = []) throws {
    try write(lost, to: "lost")
    try write(strange, to: "strange")
  }

  /// What a pod logs of a request.
  static func answer(_ id: String) -> String {
    "ts=NOW level=info msg=sum id=\(id) status=200 numbers=4 result=10"
  }

  /// The comparison as make calls it, but with scripts that only say so, and little patience.
  func comparison(
    _ words: String..., deploy: [String] = ["/bin/echo", "deployed"],
    rollout: Duration = .seconds(30)
  ) throws
    -> ClusterComparison
  {
    var comparison = try ClusterComparison(
      words + [
        // One for each k6, as the stand-ins have.
        "clients=8", "results=\(folder.path)/results",
        "manifests=\(TemporaryFolder.repository)/k8s",
      ],
      environment)
    comparison.scripts = .init(
      deploy: deploy, edge: ["/bin/echo", "edge"], influx: ["/bin/echo", "influx"])
    comparison.limits = .init(
      deploy: .seconds(20), rest: .seconds(30), rollout: rollout, logging: .milliseconds(100),
      steady: .seconds(2),
      settle: .milliseconds(800),
      warmUp: .milliseconds(100))
    return comparison
  }

  var results: String { "\(folder.path)/results" }

  /// What was written, which is as the schema says.
  func result(_ row: String) throws -> RowResult {
    let path = "\(results)/\(row).json"
    let errors = try JSONSchema.result().errors(JSONDocument(Files.bytes(of: path)))
    guard errors.isEmpty else { throw CommandError.data(errors.joined(separator: "; ")) }
    return try ResultFile.read(path)
  }
}
