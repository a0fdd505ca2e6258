import Comparison
import Shared

/// `make k8s-measure-lag`: deletes pods under a load of fresh connections, alone and in bursts as a
/// rollout makes them, and reads in each one's log when the last request came. A pod can say so
/// because it still serves during its `preStop` sleep.
struct LagMeasurement: ClusterCommand {
  private let environment: [String]
  private var namespace: String?
  private var deletions = 20
  private var quiet = 5
  private var burst = 4
  /// Many enough that each pod gets a request every few hundredths of a second, few enough for one
  /// k6.
  private var users = 40
  /// Nothing changes for so long before a pod, or the first of a burst, is deleted.
  var spell = Duration.seconds(3)
  /// Between two deletions of a burst. No multiple of it is a second, after which kube-proxy writes
  /// again: so each one waits for another part of that second.
  var pace = Duration.milliseconds(350)
  /// How long the last request is waited for, beyond the `preStop` sleep.
  var listening = Duration.seconds(1)

  init(environment: [String]) { self.environment = environment }

  static let syntax = CommandSyntax<LagMeasurement>(
    Subcommand.lag.rawValue,
    "how long new connections reach a deleted pod, and the preStop it takes",
    options: [
      .number(
        "deletions", "20", "pods to delete in bursts (default 20)", 1...200, to: \.deletions),
      .number("burst", "4", "pods of a burst (default 4)", 2...50, to: \.burst),
      .number("quiet", "5", "pods to delete alone before (default 5)", 0...200, to: \.quiet),
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
      "deletes \(quiet.of("pod")) of calc alone and \(deletions) in bursts of \(burst), in "
        + "namespace \(kubectl.namespace) of context \(kubectl.context), under \(users) clients "
        + "with fresh connections"
    )
    var job = LoadJob(
      door: .tcp, kind: .fresh, url: "http://calc", users: users, duration: "3600s", report: 60,
      deadline: min(3600, (deletions + quiet) * 30 + 300))
    // Each node has a proxy of its own, and the slowest one counts.
    job.spread = try await nodes(kubectl)
    let load = LoadRun(
      kubectl: kubectl, template: template, name: LoadRun.newName("lag"), jobs: [job])
    let report: LagReport
    do throws(CommandError) {
      var clock = ClockOffset()
      try await load.prepare(&clock)
      let view = ClusterView(kubectl, clock: clock)
      report = try await view.watching { () throws(CommandError) in
        guard try await view.waits(for: .seconds(120), until: { view.isAtRest }) else {
          throw CommandError(.temporary, "the cluster does not come to rest: \(view.trouble)")
        }
        var ignored = clock
        try await load.begin(&ignored)
        _ = try await load.awaitStart()
        let report = try await measure(view, kubectl, preStop: .seconds(preStop))
        if let loss = load.losses(try await load.pods(), mustRun: true).first {
          throw CommandError(.temporary, "the load did not last: \(loss)")
        }
        return report
      }
      try await load.end()
    } catch {
      await load.abandon()
      throw error.status == .interrupted
        ? CommandError(
          .interrupted,
          "interrupted: the load is gone from the cluster, and deleted pods are replaced") : error
    }
    guard !report.burst.samples.isEmpty else {
      throw .data("no pod's log said enough: are lines of requests logged (LOG_LEVEL=info)?")
    }
    Console.lines(report.lines(preStop: preStop))
    return 0
  }

  /// Without a sleep the pod stops listening before the proxies know, and has nothing to say.
  /// - Returns: the seconds.
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
    let replicas = deployment?.spec?.replicas ?? 1
    guard replicas > burst else {
      throw .unavailable(
        "\(replicas.of("pod")) of calc in namespace \(kubectl.namespace): a burst of \(burst) "
          + "takes more, as make k8s-scale n=\(burst * 3) has")
    }
    return seconds
  }

  private func nodes(_ kubectl: Kubectl) async throws(CommandError) -> Int {
    let bytes = try await kubectl("get", "nodes", "-o", "json")
    let nodes =
      (try? JSONDecoder().decode(ObjectList<NodeObject>.self, from: Data(bytes)))?.items ?? []
    return max(1, nodes.count(where: \.takesPods))
  }

  private func measure(_ view: ClusterView, _ kubectl: Kubectl, preStop: Duration)
    async throws(CommandError) -> LagReport
  {
    func samples(of deletions: Int, each size: Int) async throws(CommandError) -> [LagSample] {
      var samples: [LagSample] = []
      var left = deletions
      while left > 0 {
        let pods = try await delete(min(size, left), view, kubectl)
        left -= pods.count
        do { try await Task.sleep(for: preStop + listening) } catch { throw .interrupted }
        for pod in pods {
          let sample = view.deletion(of: pod).flatMap {
            LagSample(view.answers(of: pod), deleted: $0)
          }
          let word = size > 1 ? "in a burst" : "alone"
          Console.line(
            "  \(pod), deleted \(word): "
              + (sample.map { "\($0.lag.fixed(2)) s" } ?? "said too little")
          )
          if let sample { samples.append(sample) }
        }
      }
      return samples
    }
    let alone = try await samples(of: quiet, each: 1)
    return LagReport(quiet: alone, burst: try await samples(of: deletions, each: burst))
  }

  /// Waits until all pods stand and nothing has changed for a while, then deletes some of them, one
  /// after the other.
  /// - Returns: their names.
  private func delete(_ count: Int, _ view: ClusterView, _ kubectl: Kubectl)
    async throws(CommandError) -> [String]
  {
    guard try await view.waits(for: .seconds(120), until: { view.isWhole }) else {
      throw CommandError(.temporary, "the deleted pods were not replaced: \(view.trouble)")
    }
    do { try await Task.sleep(for: spell) } catch { throw .interrupted }
    let pods = Array(view.ready.prefix(count))
    // A call takes longer than the pace: each is made on its time, whatever the one before does.
    let results = await withTaskGroup(of: CommandError?.self) { group in
      for (number, pod) in pods.enumerated() {
        group.addTask { [pace] in
          do throws(CommandError) {
            do { try await Task.sleep(for: pace * number) } catch { throw .interrupted }
            try await kubectl("delete", "pod/\(pod)", "--wait=false")
            return nil
          } catch { return error }
        }
      }
      return await group.reduce(into: [CommandError?]()) { $0.append($1) }
    }
    if let failure = results.compactMap(\.self).first { throw failure }
    return pods
  }
}
