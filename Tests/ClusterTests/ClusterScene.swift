import Shared

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// A cluster as the stand-in for kubectl plays it: a test writes before what watches and lists say,
/// and reads afterwards what was called.
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

  /// Forgets all calls, and puts back what they changed.
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

  /// Whether the comparison took away all that it made.
  func isClean() throws -> Bool {
    let calls = try calls()
    guard let made = calls.lastIndex(where: { $0.hasPrefix("apply -f -") }) else { return true }
    return calls[made...].contains { $0.hasPrefix("delete jobs,configmaps -l calc-load/run=") }
  }

  static let groups = ClusterDoor.all.flatMap { door in ClientKind.allCases.map { (door.door, $0) }
  }

  /// A rollout that replaces two pods, a third pod that comes and goes, and clients with answers
  /// before, meanwhile and afterwards.
  /// - Parameters:
  ///   - clients: what those of a door and kind meet, as `tcp-fresh`.
  ///   - exit: the exit code of the deleted pods.
  ///   - cut: how many requests each of them reports as cut.
  ///   - unheard: pods without logs.
  ///   - said: what pods log during their deletion.
  ///   - cutLogs: the connection to each log breaks once.
  func play(
    clients: [String: [String]] = [:], exit: Int = 0, cut: Int = 0, unheard: [String] = [],
    said: [String: [String]] = [:], restarts: Int = 0, cutLogs: Bool = false
  ) throws {
    let (a, b) = (ClusterJSON.pod("a"), ClusterJSON.pod("b"))
    try write([ClusterJSON.list([a, b])], to: "pods.list")
    try write([ClusterJSON.list([ClusterJSON.slice(["a", "b"])])], to: "endpointslices.list")
    try write(
      [ClusterJSON.list([ClusterJSON.deployment(2, generation: "1", observed: 1)])],
      to: "deployments.list")
    try write([ClusterJSON.deployment(2, generation: "GENERATION", observed: 1)], to: "deployment")
    func leave(_ name: String) -> [String] {
      let gone = ClusterJSON.pod(name, ready: false, deleted: true, exit: exit)
      return [ClusterJSON.set(ClusterJSON.pod(name, deleted: true)), "@call deleted \(name)"]
        + (unheard.contains(name) ? [] : ["@wait ^stopped \(name)"])
        + [ClusterJSON.set(gone), ClusterJSON.event("DELETED", gone)]
    }
    try write(
      [
        "@wait ^rollout restart",
        ClusterJSON.event("ADDED", ClusterJSON.pod("c", running: false, ready: false)),
        ClusterJSON.set(ClusterJSON.pod("c", restarts: restarts)),
      ] + leave("a")
        + [
          ClusterJSON.event("ADDED", ClusterJSON.pod("d")),
          #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"40"}}}"#,
        ]
        + leave("b")
        + [
          "@call replaced", "@end", "@wait replicas=3",
          ClusterJSON.event("ADDED", ClusterJSON.pod("e")),
          "@call scaled", "@wait replicas=2", "@call shrunk",
        ]
        + leave("e") + ["@forever"], to: "pods.watch")
    try write(
      [
        "@wait ^rollout restart",
        ClusterJSON.set(ClusterJSON.slice(["b", "c"], terminating: ["a"])),
        ClusterJSON.set(ClusterJSON.slice(["c", "d"], terminating: ["b"])), "@wait ^scaled",
        ClusterJSON.set(ClusterJSON.slice(["c", "d", "e"])), "@wait ^shrunk",
        ClusterJSON.set(ClusterJSON.slice(["c", "d"])),
        "@forever",
      ], to: "endpointslices.watch")
    try write(
      [
        "@wait ^rollout restart",
        ClusterJSON.set(ClusterJSON.deployment(2, generation: "2", observed: 1)),
        ClusterJSON.set(ClusterJSON.deployment(2, generation: "2", observed: 2, available: 1)),
        "@wait ^replaced",
        ClusterJSON.set(ClusterJSON.deployment(2, generation: "2", observed: 2)), "@wait ^scaled",
        ClusterJSON.set(ClusterJSON.deployment(3, generation: "3", observed: 3)), "@wait ^shrunk",
        ClusterJSON.set(ClusterJSON.deployment(2, generation: "4", observed: 4)), "@forever",
      ], to: "deployments.watch")
    try write(
      [ClusterJSON.list(Self.groups.map { ClusterJSON.loadPod($0.0, $0.1) })], to: "load.pods")
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

  /// Three pods with a preStop sleep. The measurement deletes one, then two; each gets a successor.
  func playLag() throws {
    try play()
    try write([ClusterJSON.list(["a", "b", "c"].map { ClusterJSON.pod($0) })], to: "pods.list")
    try write([ClusterJSON.list([ClusterJSON.slice(["a", "b", "c"])])], to: "endpointslices.list")
    let deployment = ClusterJSON.deployment(3, generation: "1", observed: 1)
    try write([ClusterJSON.list([deployment])], to: "deployments.list")
    try write(
      [
        deployment.replacing(
          #"{"name":"calc"}"#,
          with: #"{"name":"calc","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}"#)
      ], to: "deployment")
    func replace(_ name: String, _ other: String) -> [String] {
      ["@wait ^delete pod/\(name)", ClusterJSON.set(ClusterJSON.pod(name, deleted: true))]
        + [ClusterJSON.event("ADDED", ClusterJSON.pod(other))]
    }
    try write(
      replace("a", "d") + ["@call replaced"] + replace("b", "e") + replace("c", "f")
        + ["@forever"], to: "pods.watch")
    try write(
      [
        "@wait ^delete pod/a", ClusterJSON.set(ClusterJSON.slice(["b", "c"])), "@wait ^replaced",
        ClusterJSON.set(ClusterJSON.slice(["b", "c", "d"])), "@wait ^delete pod/b",
        ClusterJSON.set(ClusterJSON.slice(["c", "d", "e"])), "@wait ^delete pod/c",
        ClusterJSON.set(ClusterJSON.slice(["d", "e", "f"])), "@forever",
      ],
      to: "endpointslices.watch")
    try write(["@forever"], to: "deployments.watch")
    try write([ClusterJSON.list([ClusterJSON.loadPod(.tcp, .fresh)])], to: "load.pods")
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

  /// The row's file, after a check against the schema.
  func result(_ row: String) throws -> RowResult {
    let path = "\(results)/\(row).json"
    let errors = try JSONSchema.result().errors(JSONDocument(Files.bytes(of: path)))
    guard errors.isEmpty else { throw CommandError.data(errors.joined(separator: "; ")) }
    return try ResultFile.read(path)
  }
}
