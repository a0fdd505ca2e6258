import Comparison
import Shared

/// `make k8s-measure-lag`: deletes pods one by one under a load of fresh connections, and reads in
/// each one's log when the last request came. A pod can say so because it still serves during its
/// `preStop` sleep.
struct LagMeasurement: ClusterCommand {
  private let environment: [String]
  private var namespace: String?
  private var deletions = 20
  /// Many enough that each pod gets a request every few hundredths of a second, few enough for one
  /// k6.
  private var users = 40
  /// How long the pod is listened to after its deletion, and before it.
  var listening = Duration.seconds(8)
  var before = Duration.seconds(3)

  init(environment: [String]) { self.environment = environment }

  static let syntax = CommandSyntax<LagMeasurement>(
    Subcommand.lag.rawValue,
    "how long new connections reach a deleted pod, and the preStop it takes",
    options: [
      .number(
        "deletions", "20", "pods to delete, one by one (default 20)", 1...200, to: \.deletions),
      .number("clients", "40", "clients that send meanwhile (default 40)", 1...500, to: \.users),
      .namespace(to: \.namespace),
    ])

  /// - Returns: the exit status.
  /// - Throws: `CommandError`; no load is left in the cluster then.
  func run() async throws(CommandError) -> Int32 {
    let template = try LoadTemplate()
    let kubectl = try await Kubectl(environment: environment, namespace: namespace)
    let preStop = try await preStop(kubectl)
    Console.line(
      "deletes \(deletions.of("pod")) of calc one by one in namespace \(kubectl.namespace) of "
        + "context \(kubectl.context), under \(users) clients with fresh connections"
    )
    var job = LoadJob(
      door: .tcp, kind: .fresh, url: "http://calc", users: users, duration: "3600s", report: 60,
      deadline: min(3600, deletions * 30 + 300))
    // Each node has a proxy of its own, and the slowest one counts.
    job.spread = try await nodes(kubectl)
    let load = LoadRun(
      kubectl: kubectl, template: template, name: LoadRun.newName("lag"), jobs: [job])
    let samples: [LagSample]
    do throws(CommandError) {
      var clock = ClockOffset()
      try await load.prepare(&clock)
      let view = ClusterView(kubectl, clock: clock)
      samples = try await view.watching { () throws(CommandError) in
        guard try await view.waits(for: .seconds(120), until: { view.isAtRest }) else {
          throw CommandError(.temporary, "the cluster does not come to rest: \(view.trouble)")
        }
        var ignored = clock
        try await load.begin(&ignored)
        try await load.awaitStart()
        return try await deleteSome(view, kubectl)
      }
      try await load.end()
    } catch {
      await load.abandon()
      throw error.status == .interrupted
        ? CommandError(
          .interrupted,
          "interrupted: the load is gone from the cluster, and deleted pods are replaced") : error
    }
    guard !samples.isEmpty else {
      throw .data("no pod's log said enough: are lines of requests logged (LOG_LEVEL=info)?")
    }
    Console.lines(LagReport(samples: samples).lines(preStop: preStop))
    return 0
  }

  /// Without a sleep the pod stops listening before the proxies know, and has nothing to say.
  private func preStop(_ kubectl: Kubectl) async throws(CommandError) -> Int {
    let bytes = try await kubectl("get", "deployment/calc", "--ignore-not-found", "-o", "json")
    let deployment = try? JSONDecoder().decode(DeploymentObject.self, from: Data(bytes))
    guard
      let seconds = deployment?.spec?.template?.spec?.containers.first?.lifecycle?.preStop?.sleep?
        .seconds, seconds >= 2
    else {
      throw .unavailable(
        "what is deployed in namespace \(kubectl.namespace) has no preStop sleep, so its pods "
          + "cannot tell: make k8s-deploy v=5 comes first"
      )
    }
    return seconds
  }

  private func nodes(_ kubectl: Kubectl) async throws(CommandError) -> Int {
    let bytes = try await kubectl("get", "nodes", "-o", "json")
    let nodes =
      (try? JSONDecoder().decode(ObjectList<NodeObject>.self, from: Data(bytes)))?.items ?? []
    return max(1, nodes.count(where: \.takesPods))
  }

  private func deleteSome(_ view: ClusterView, _ kubectl: Kubectl) async throws(CommandError)
    -> [LagSample]
  {
    var samples: [LagSample] = []
    for number in 1...deletions {
      guard try await view.waits(for: .seconds(120), until: { view.isWhole }),
        let pod = view.longestReady
      else {
        throw CommandError(.temporary, "the deleted pod was not replaced: \(view.trouble)")
      }
      guard let sample = try await delete(pod, kubectl) else {
        Console.line("  \(number) of \(deletions): \(pod) said too little")
        continue
      }
      samples.append(sample)
      Console.line("  \(number) of \(deletions): \(sample.lag.fixed(2)) s")
    }
    return samples
  }

  /// - Returns: nil when the pod's log says too little.
  private func delete(_ pod: String, _ kubectl: Kubectl) async throws(CommandError) -> LagSample? {
    let log = LagLog()
    let time = before + listening
    let follower = Task {
      _ = try? await kubectl.follow(["logs", pod, "--follow", "--tail=0"], within: time) {
        log.add($0)
      }
    }
    defer { follower.cancel() }
    do { try await Task.sleep(for: before) } catch { throw .interrupted }
    let called = WallTime.now.seconds
    try await kubectl("delete", "pod/\(pod)", "--wait=false")
    let answered = WallTime.now.seconds
    await withTaskCancellationHandler {
      await follower.value
    } onCancel: {
      follower.cancel()
    }
    if Task.isCancelled { throw .interrupted }
    return LagSample(log.lines, called: called, answered: answered)
  }
}

/// The lines about requests of one pod's log, as they come.
private final class LagLog: Sendable {
  private let content = Lock<[LagSample.Line]>([])

  var lines: [LagSample.Line] { content.withLock(\.self) }

  func add(_ line: String) {
    let came = WallTime.now.seconds
    guard line.contains("msg=sum"), let stamp = PodReport.time(of: line) else { return }
    content.withLock { $0.append(LagSample.Line(stamp: stamp, came: came)) }
  }
}
