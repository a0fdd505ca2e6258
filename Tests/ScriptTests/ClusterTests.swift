import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// What is done to a step that runs: replaced, scaled, watched, asked, deleted.
@Suite(.timeLimit(.minutes(6))) struct ClusterTests {
  private static let mark = ".metadata.labels.app\\.kubernetes\\.io/part-of\tgraceful-shutdown"

  /// A cluster on which step 4 runs.
  private func deployed(programs: [String] = []) throws -> Sandbox {
    let sandbox = try Sandbox(programs: programs)
    try sandbox.object(
      "deployment.calc", Self.mark, ".metadata.generation\t1", ".status.observedGeneration\t1",
      ".spec.replicas\t13",
      ".status.replicas\t13",
      ".status.updatedReplicas\t13", ".status.availableReplicas\t13")
    try sandbox.object("service.calc", Self.mark)
    return sandbox
  }

  @Test func `a redeploy restarts the rollout and waits for its end`() async throws {
    let sandbox = try deployed()
    let run = try await sandbox.make("k8s-redeploy")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.first == "replaces all pods of calc in namespace default of context kind-calc")
    #expect(run.lines.last == "  calc: 13 of 13 pods are new and available")
    #expect(try sandbox.calls("rollout restart deployment/calc").count == 1)
  }

  @Test func `a redeploy that kubectl puts off for a second is tried again`() async throws {
    let sandbox = try deployed()
    try sandbox.trouble(
      "2|rollout restart*|error: if restart has already been triggered within the past second, "
        + "please wait before attempting to trigger another"
    )
    let run = try await sandbox.make("k8s-redeploy")
    #expect(run.code == 0, "\(run.text)")
  }

  @Test func `a deployment that vanishes meanwhile ends in one line`() async throws {
    let sandbox = try deployed()
    try sandbox.object(
      "deployment.calc", ".metadata.deletionTimestamp\tnow", ".standin.linger\t2",
      ".spec.replicas\t13")
    let run = try await sandbox.make("k8s-redeploy")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("deployment/calc is gone from namespace default") == true,
      "\(run.text)")
  }

  @Test func `scaling waits for the pods`() async throws {
    let sandbox = try deployed()
    let run = try await sandbox.make("k8s-scale", "n=20")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.lines.last == "  calc: 20 of 20 pods are new and available")
    #expect(try sandbox.calls("scale deployment/calc --replicas=20").count == 1)
  }

  @Test(arguments: ["k8s-redeploy", "k8s-scale n=3", "k8s-logs", "k8s-test"])
  func `without a deployment the line says what comes first`(words: String) async throws {
    let run = try await Sandbox().make(words.split(separator: " ").map(String.init) + ["ns=talk"])
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix("make k8s-deploy v=4 ns=talk comes first") == true, "\(run.text)")
  }

  @Test func `logs come from stern where it is, else from kubectl with all pods at once`()
    async throws
  {
    let withStern = try deployed(programs: ["stern"])
    _ = try await withStern.make("k8s-logs")
    #expect(
      try withStern.calls("stern --context kind-calc --namespace default --selector app=calc").count
        == 1)
    let without = try deployed()
    let run = try await without.make(
      "k8s-logs", settings: ["PATH": "\(Sandbox.standIns):\(try without.systemTools())"])
    #expect(run.code == 0, "\(run.text)")
    #expect(
      try without.calls("logs --follow --selector app=calc --prefix").contains {
        $0.contains("--max-log-requests=100")
      })
  }

  @Test func `without an address the API server leads to the Service`() async throws {
    let sandbox = try deployed()
    try sandbox.write(#"{"status":"healthy"}"#, to: "standin/raw")
    let run = try await sandbox.make("k8s-test")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.text.contains("healthy"))
    #expect(
      try sandbox.calls("get --raw /api/v1/namespaces/default/services/calc:http/proxy/health")
        .count
        == 1)
    #expect(
      try sandbox.calls("create --raw /api/v1/namespaces/default/services/calc:http/proxy/sum")
        .count
        == 1)
  }

  @Test(.needs(.curl))
  func `the remembered address is asked, and one that does not answer is told`() async throws {
    let sandbox = try deployed()
    // Nothing listens at port 1.
    try sandbox.write("http://127.0.0.1:1\n", to: "state/calc-url")
    try sandbox.write("kind-calc/default by hand\n", to: "state/calc-url-for")
    let run = try await sandbox.make("k8s-test")
    #expect(run.code == 2)
    #expect(run.lines.first == "asks http://127.0.0.1:1 for its health and a sum")
    #expect(run.lines.last?.contains("make k8s-deploy v=4 deploys there") == true, "\(run.text)")
  }

  @Test(.needs(.curl))
  func `a node that this machine does not reach is asked through the API server`()
    async throws
  {
    let sandbox = try deployed()
    try sandbox.write("http://127.0.0.1:1\n", to: "state/calc-url")
    try sandbox.write("kind-calc/default\n", to: "state/calc-url-for")
    try sandbox.write(#"{"status":"healthy"}"#, to: "standin/raw")
    let run = try await sandbox.make("k8s-test")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.first?.hasPrefix(
        "no way leads from this machine to http://127.0.0.1:1: asks Service calc") == true)
    #expect(run.text.contains("healthy"))
  }

  @Test func `a delete takes what is marked and leaves what others made`() async throws {
    let sandbox = try deployed()
    try sandbox.object("deployment.shop", ".metadata.name\tshop")
    try sandbox.write("http://localhost:8080\n", to: "state/calc-url")
    try sandbox.write("kind-calc/default\n", to: "state/calc-url-for")
    try sandbox.write("2", to: "standin/linger")
    for _ in 0..<2 {
      let run = try await sandbox.make("k8s-delete")
      #expect(run.code == 0, "\(run.text)")
      #expect(!sandbox.has("deployment.calc") && !sandbox.has("service.calc"))
      #expect(sandbox.has("deployment.shop") && sandbox.has("namespace.default", in: "-"))
      #expect(sandbox.state("calc-url") == nil)
    }
  }

  @Test func `a namespace that was made for the talk goes with it, another stays`() async throws {
    let sandbox = try Sandbox()
    try sandbox.object("namespace.ours", ".status.phase\tActive", Self.mark, in: "-")
    try sandbox.object("namespace.theirs", ".status.phase\tActive", in: "-")
    for name in ["ours", "theirs"] {
      #expect(try await sandbox.make("k8s-delete", "ns=\(name)").code == 0)
    }
    #expect(!sandbox.has("namespace.ours", in: "-"))
    #expect(sandbox.has("namespace.theirs", in: "-"))
  }

  @Test(.needs(.kubectl))
  func `InfluxDB keeps its data in its pod where the cluster has no storage, and says so`()
    async throws
  {
    let sandbox = try Sandbox()
    let kept = try await sandbox.make("influxdb-k8s-deploy")
    #expect(kept.code == 0 && !kept.text.contains("StorageClass"), "\(kept.text)")
    #expect(
      try #require(sandbox.text("state/overlay/influxdb/kustomization.yaml")).contains("emptyDir")
        == false)

    try sandbox.object("storageclass.standard", in: "-")
    let run = try await sandbox.make("influxdb-k8s-deploy")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.contains {
        $0.hasPrefix("  the cluster has no default StorageClass, so there is no volume")
      })
    #expect(
      try #require(sandbox.text("state/overlay/influxdb/kustomization.yaml")).contains("emptyDir"))

    // A default class that comes later is no reason to take the data away.
    try sandbox.object(
      "storageclass.standard",
      #".metadata.annotations.storageclass\.kubernetes\.io/is-default-class"# + "\ttrue", in: "-")
    let later = try await sandbox.make("influxdb-k8s-deploy")
    #expect(later.lines.contains { $0.hasPrefix("  its data lie in its pod, and are left there") })
    #expect(
      try #require(sandbox.text("state/overlay/influxdb/kustomization.yaml")).contains("emptyDir"))
  }

  @Test(.needs(.kubectl))
  func `volumes that were laid out by hand, or a claim that has one already, are storage too`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.object("storageclass.standard", in: "-")
    try sandbox.object("persistentvolume.disk", ".status.phase\tAvailable", in: "-")
    #expect(try await !sandbox.make("influxdb-k8s-deploy").text.contains("StorageClass"))
    try sandbox.object("persistentvolume.disk", ".status.phase\tBound", in: "-")
    try sandbox.object("persistentvolumeclaim.data-influxdb-0", ".status.phase\tBound")
    let again = try await sandbox.make("influxdb-k8s-deploy")
    #expect(
      again.code == 0 && !again.text.contains("StorageClass") && !again.text.contains("in its pod"),
      "\(again.text)")
  }

  @Test func `a forwarding to InfluxDB is made again when its pod goes, until Ctrl-C`() async throws
  {
    let sandbox = try Sandbox()
    try sandbox.object("statefulset.influxdb", ".spec.replicas\t1")
    let isSignalled = Lock(false)
    let run = try await sandbox.make(["influxdb-k8s-port-forward"]) { text, group in
      guard text.matches(of: /making it again/).count > 1, !isSignalled.withLock({ $0 }) else {
        return
      }
      isSignalled.withLock { $0 = true }
      kill(-group, SIGINT)
    }
    #expect(
      run.lines.first
        == "leads http://localhost:8086 to InfluxDB in namespace default of context kind-calc; "
        + "Ctrl-C ends it"
    )
    #expect(try sandbox.calls("port-forward service/influxdb 8086:8086").count >= 2)
  }

  /// kubectl hears of it only by a request that fails.
  @Test func `a forwarding that does not notice that its pod was replaced is ended, too`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.object("statefulset.influxdb", ".spec.replicas\t1")
    try sandbox.object("pod.influxdb-0", ".metadata.uid\tfirst")
    try sandbox.write("60", to: "standin/forwarding")
    let isSignalled = Lock(false)
    let run = try await sandbox.make(["influxdb-k8s-port-forward"]) { text, group in
      guard text.contains("making it again"), !isSignalled.withLock({ $0 }) else { return }
      isSignalled.withLock { $0 = true }
      kill(-group, SIGINT)
    }
    #expect(run.text.contains("the connection is gone: making it again"))
  }
}
