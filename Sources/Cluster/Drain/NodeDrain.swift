import Comparison
import Shared

/// `make k8s-drain-node`: a node is emptied of the service's pods under load, as before its
/// maintenance, while the disruption budget lets one pod go at a time. The node takes pods again at
/// the end, whatever happens.
struct NodeDrain: ClusterCommand {
  static let budget = "k8s/disruption-budget.yaml"
  /// What the pods that have to go are labelled with. A drain picks pods by their labels in all
  /// namespaces of a node, and only this namespace has the budget.
  static let label = "calc-drain"

  private let environment: [String]
  private var namespace: String?
  private var chosen: String?
  private var clients = 40
  /// What a drain may take: each pod of it goes only when another one is ready.
  var limit = Duration.seconds(300)
  /// Before the drain, and after it.
  var steady = Duration.seconds(5)
  var settle = Duration.seconds(10)
  /// For what the clients have to tell after that.
  var lastWord = LoadLogs.lastWord

  init(environment: [String]) { self.environment = environment }

  static let syntax = CommandSyntax<NodeDrain>(
    Subcommand.drain.rawValue, "empties a node under load, one pod at a time",
    options: [
      Option(
        "node", "NAME", "the node (default that with the most pods of calc)",
        allowed: "a node's name", read: OptionValue.text, to: \.chosen),
      .clients(to: \.clients), .namespace(to: \.namespace),
    ])

  /// - Returns: 0 when no request failed, and the figures can be believed.
  /// - Throws: `CommandError`; no load, no budget and no closed node is left in the cluster then.
  func run() async throws(CommandError) -> Int32 {
    let template = try LoadTemplate()
    let kubectl = try await Kubectl(environment: environment, namespace: namespace)
    let open = try await nodes(kubectl).filter(\.takesPods).map(\.metadata.name)
    guard open.count > 1 else {
      Console.line(
        "the cluster has one node that takes pods, so none can be drained: its pods would have "
          + "nowhere to go"
      )
      return 0
    }
    let pods = try await pods(kubectl)
    let load = Dictionary(grouping: pods.compactMap { $0.spec?.nodeName }, by: \.self).mapValues(
      \.count)
    guard let node = chosen ?? open.max(by: { (load[$0] ?? 0, $1) < (load[$1] ?? 0, $0) }) else {
      return 0
    }
    guard open.contains(node) else {
      throw .usage(
        "node=\(node) is no node that takes pods; there are \(open.joined(separator: " "))")
    }
    guard let count = load[node] else {
      throw .unavailable(
        "node \(node) has no pod of calc in namespace \(kubectl.namespace): make k8s-deploy v=5 "
          + "comes first"
      )
    }
    guard try await !kubectl("get", "service/calc-edge", "--ignore-not-found", "-o", "name").isEmpty
    else {
      throw .unavailable(
        "namespace \(kubectl.namespace) has no edge, through which half of the load goes: make "
          + "k8s-edge comes first"
      )
    }
    Console.line(
      "drains node \(node) of context \(kubectl.context), which has \(count) of "
        + "\(pods.count.of("pod")) of calc, under \(clients) clients; other pods stay"
    )
    let run = LoadRun(
      kubectl: kubectl, template: template, name: LoadRun.newName("drain"),
      jobs: Self.jobs(clients: clients))
    let sum: LoadSum
    do throws(CommandError) { sum = try await measure(run, node) } catch {
      await restore(kubectl, node)
      await run.abandon()
      throw error.status == .interrupted
        ? CommandError(
          .interrupted,
          "interrupted: node \(node) takes pods again, the load and the budget are gone") : error
    }
    Console.lines([""] + sum.doorLines + [""])
    let timeouts = SteadyTimeouts(sum.counts)
    if timeouts.count > 0 { Console.line(timeouts.text("before the drain")) }
    for complaint in sum.complaints { Console.error(complaint) }
    return sum.counts.failed == timeouts.count && sum.complaints.isEmpty ? 0 : 1
  }

  private static func jobs(clients: Int) -> [LoadJob] {
    LoadJob.split(clients: clients, doors: ClusterDoor.all.map(\.door), kinds: ClientKind.allCases)
      .map {
        group in
        LoadJob(
          door: group.door, kind: group.kind,
          url: ClusterDoor.all.first { $0.door == group.door }?.url ?? "", users: group.users,
          duration: "900s", report: 1, deadline: 900)
      }
  }

  private func measure(_ load: LoadRun, _ node: String) async throws(CommandError) -> LoadSum {
    let kubectl = load.kubectl
    var clock = ClockOffset()
    try await load.prepare(&clock)
    try await kubectl("apply", "-f", Self.budget)
    try await load.begin(&clock)
    let pods = try await load.awaitStart()
    let logs = LoadLogs(load, pods: pods, clock: clock)
    let (spans, ended) = try await logs.following { () throws(CommandError) in
      let spans = try await drain(load, node)
      try await logs.tell(until: spans.end, within: lastWord)
      let ended = try await load.pods()
      try await logs.readAgain()
      return (spans, ended)
    }
    try await load.end()
    await restore(kubectl, node)
    var sum = LoadSum(logs.all, in: spans, to: .at(spans.end), report: 1)
    sum.complaints += load.losses(ended, mustRun: true)
    sum.complaints += LoadCheck.unanswered(
      sum.counts, load.jobs, [(.steady, "before the drain"), (.deploy, "during the drain")])
    return sum
  }

  /// - Returns: what was before the drain as `steady`, the drain and what followed as `deploy`, in
  ///   seconds since 1970.
  private func drain(_ load: LoadRun, _ node: String) async throws(CommandError) -> PhaseSpans {
    let kubectl = load.kubectl
    var spans = PhaseSpans()
    spans.begin(.steady, at: WallTime.now.seconds)
    do { try await Task.sleep(for: steady) } catch { throw .interrupted }
    spans.begin(.deploy, at: WallTime.now.seconds)
    // Only this namespace's pods of the service: whatever else runs there, the load included, is
    // none of this. None comes any more.
    try await kubectl("cordon", node)
    let leaving = try await pods(kubectl).filter {
      $0.spec?.nodeName == node && $0.metadata.deletionTimestamp == nil
    }
    try await kubectl.run(
      ["label", "pods"] + leaving.map(\.metadata.name) + ["\(Self.label)=\(load.name)"])
    try await kubectl(
      "drain", node, "--pod-selector=\(Self.label)=\(load.name)", "--ignore-daemonsets",
      "--delete-emptydir-data",
      "--timeout=\(limit.components.seconds)s",
      within: limit + .seconds(10))
    Console.line("  node \(node) is empty of calc")
    do { try await Task.sleep(for: settle) } catch { throw .interrupted }
    spans.end = WallTime.now.seconds
    return spans
  }

  /// Also in a task that was cancelled.
  private func restore(_ kubectl: Kubectl, _ node: String) async {
    await Task {
      do throws(CommandError) {
        try await kubectl("uncordon", node)
        try await kubectl("label", "pods", "-l", Self.label, "\(Self.label)-")
        try await kubectl("delete", "-f", Self.budget, "--ignore-not-found")
        Console.line("  node \(node) takes pods again")
      } catch {
        Console.error(
          "node \(node) may still take no pods: kubectl uncordon \(node) (\(error.message))")
      }
    }.value
  }

  private func nodes(_ kubectl: Kubectl) async throws(CommandError) -> [NodeObject] {
    try Self.items(try await kubectl("get", "nodes", "-o", "json"))
  }

  private func pods(_ kubectl: Kubectl) async throws(CommandError) -> [PodObject] {
    try Self.items(try await kubectl("get", "pods", "-l", "app=calc", "-o", "json"))
  }

  private static func items<Object: KubernetesObject>(_ answer: [UInt8]) throws(CommandError)
    -> [Object]
  {
    do { return try JSONDecoder().decode(ObjectList<Object>.self, from: Data(answer)).items } catch
    {
      throw .data("kubectl get: the answer is not the list that it should be")
    }
  }
}
