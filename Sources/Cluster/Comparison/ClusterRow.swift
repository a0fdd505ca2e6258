import Comparison
import Shared

/// One row of the comparison on a real cluster: the step is deployed, and when all is at rest it is
/// loaded through every door while its pods are replaced, scaled up and scaled down. Only what this
/// does is counted, never the switch from another step.
struct ClusterRow: Sendable {
  /// How long each part may take at most; together at most 4 minutes, where a cluster keeps up.
  struct Limits: Sendable {
    var deploy = Duration.seconds(600)
    var rest = Duration.seconds(120)
    var rollout = Duration.seconds(120)
    /// After the last request, on top of the time for which a pod may hold an operation.
    var logging = Duration.seconds(10)
    var steady = Duration.seconds(5)
    /// By time a failure is told from that of the phase before it, so it is to come before the next
    /// one begins: proxies take up to a second, pods without probes their warm-up of 3 s.
    var settle = Duration.seconds(5)
    /// Between the moment in which all k6 run and the first phase: they have yet to read their
    /// script.
    var warmUp = Duration.seconds(2)
    /// For what the clients have to tell after the last phase.
    var lastWord = LoadLogs.lastWord
  }

  let row: Row
  let kubectl: Kubectl
  let template: LoadTemplate
  let manifest: ManifestFile
  let clients: Int
  /// The script that deploys, and its arguments.
  let deployScript: [String]
  var limits = Limits()

  /// - Returns: what it showed, without a verdict.
  /// - Throws: `CommandError`; no load is left in the cluster then.
  func run() async throws(CommandError) -> RowResult {
    let began = MonotonicTime.now
    try await deploy()
    var load = LoadRun(
      kubectl: kubectl, template: template, name: LoadRun.newName(row.name), jobs: [])
    do throws(CommandError) {
      var clock = ClockOffset()
      try await load.prepare(&clock)
      let view = ClusterView(kubectl, clock: clock)
      load.jobs = jobs
      let (started, startedClock) = (load, clock)
      var result = try await view.watching { () throws(CommandError) in
        try await measure(view, started, startedClock)
      }
      result.harness.wall = (MonotonicTime.now - began) / .seconds(1)
      return result
    } catch {
      await load.abandon()
      throw error
    }
  }

  /// Clients of k6 are spread over as many processes as there are doors and kinds.
  private var jobs: [LoadJob] {
    LoadJob.split(clients: clients, doors: ClusterDoor.all.map(\.door), kinds: ClientKind.allCases)
      .map {
        group in
        LoadJob(
          door: group.door, kind: group.kind,
          url: ClusterDoor.all.first { $0.door == group.door }?.url ?? "", users: group.users,
          // Until it is taken away.
          duration: "900s", report: 1, deadline: 900)
      }
  }

  private func deploy() async throws(CommandError) {
    let script = DeployScript(kubectl: kubectl, arguments: deployScript, limit: limits.deploy)
    try await script.run(
      ["v=\(row.step)", "graceful=\(row.act == .graceful ? 1 : 0)"],
      for: "row \(row.name) cannot be deployed")
  }

  private func measure(_ view: ClusterView, _ load: LoadRun, _ clock: ClockOffset)
    async throws(CommandError) -> RowResult
  {
    var clock = clock
    guard try await view.waits(for: limits.rest, until: { view.isAtRest }) else {
      throw CommandError(
        .temporary, "row \(row.name): the cluster does not come to rest: \(view.trouble)")
    }
    view.forgetThePast()
    try await load.begin(&clock)
    let pods = try await load.awaitStart()
    let logs = LoadLogs(load, pods: pods, clock: clock)
    let deployment = try await deployment()
    let (spans, losses) = try await logs.following { () throws(CommandError) in
      do { try await Task.sleep(for: limits.warmUp) } catch { throw .interrupted }
      let spans = try await phases(view, deployment)
      Console.line("  \(row.name): takes what the clients saw, and waits for the last pods to go")
      try await logs.tell(until: view.start + spans.end, within: limits.lastWord)
      let losses = load.losses(try await load.pods(), mustRun: true)
      try await logs.readAgain()
      return (spans, losses)
    }
    try await load.end()
    let ended = MonotonicTime.now
    let areGone = try await view.waits(for: .seconds(deployment.grace + 60)) {
      view.terminating == 0
    }
    if areGone { try await view.logsEnd() }

    var result = ClusterResult(row: row, logs: logs.all, spans: spans, view: view)
    result.losses = losses
    if !areGone {
      result.losses.append("pods were still on their way out a minute after their grace")
    }
    if row.logging != nil {
      result.operations = try await operations(result, load, clock, since: ended)
    }
    return result.document(await parameters(deployment, pods), jobs: jobs)
  }

  // MARK: Phases

  /// Walks through the phases as a rehearsal does.
  private func phases(_ view: ClusterView, _ deployment: DeploymentObject)
    async throws(CommandError)
    -> PhaseSpans
  {
    var plan = PhasePlan()
    plan.steady = limits.steady
    plan.settle = limits.settle
    plan.scaledDown = deployment.spec?.replicas ?? 1
    plan.scaledUp = PhasePlan.scaledUp(plan.scaledDown)
    plan.grace = .seconds(deployment.grace + 5)
    var clock = PhaseClock(plan)
    var generation = deployment.metadata.generation ?? 0
    var changed = view.now
    while !clock.isFinished {
      try view.check()
      var actions = clock.advance(to: view.now)
      if actions.isEmpty {
        actions = clock.deployment(
          isComplete: view.isComplete(generation: generation), isQuiet: view.terminating == 0,
          at: view.now)
      }
      for action in actions {
        changed = view.now
        switch action {
        case .begin(let phase):
          Console.line("  \(row.name): \(phase.rawValue)")
          view.phase = phase
        case .restart: generation = try await change("rollout", "restart", "deployment/calc")
        case .scale(let replicas):
          generation = try await change("scale", "deployment/calc", "--replicas=\(replicas)")
        case .finish: break
        }
      }
      guard clock.nextDeadline != nil || clock.isFinished || view.now - changed < limits.rollout
      else {
        let phase = clock.current?.rawValue ?? ""
        throw CommandError(
          .temporary,
          "row \(row.name): the rollout of phase \(phase) has not finished after "
            + "\(limits.rollout.components.seconds) s: \(view.trouble)"
        )
      }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { throw .interrupted }
    }
    return PhaseSpans(clock, end: view.now / .seconds(1))
  }

  /// - Returns: the generation of the Deployment that the change has made. One that is complete for
  ///   an older one is not complete.
  private func change(_ arguments: String...) async throws(CommandError) -> Int {
    try await kubectl.run(arguments)
    return try await deployment().metadata.generation ?? 0
  }

  private func deployment() async throws(CommandError) -> DeploymentObject {
    let bytes = try await kubectl("get", "deployment/calc", "-o", "json")
    do { return try JSONDecoder().decode(DeploymentObject.self, from: Data(bytes)) } catch {
      throw .data("kubectl get deployment/calc: the answer is not the Deployment that it should be")
    }
  }

  // MARK: What it showed

  /// What the pods that are left still hold is not lost: they get the time to log it.
  private func operations(
    _ result: ClusterResult, _ load: LoadRun, _ clock: ClockOffset, since ended: MonotonicTime
  ) async throws(CommandError) -> ClusterAudit? {
    guard let logging = row.logging else { return nil }
    let end = ended + logging.holds + limits.logging
    // Points are stamped by the pods: no earlier ones are of this row, since it began at rest.
    let from = result.view.start + clock.seconds - 1
    let places = ClusterAudit.Places(
      answers: result.view.answers, spans: result.spans, holds: logging.holds)
    while true {
      let stored = try await LoggedOperations.fetch(kubectl, since: from)
      let audit = ClusterAudit(result.logs, stored, traced: result.view.undelivered, places)
      if audit.audit.lost == 0 || MonotonicTime.now >= end { return audit }
      do { try await Task.sleep(for: kubectl.pause * 3) } catch { throw .interrupted }
    }
  }

  private func parameters(_ deployment: DeploymentObject, _ pods: [PodObject]) async -> Parameters {
    let applied = manifest.deployment
    var parameters = Parameters()
    parameters.cluster = kubectl.place
    parameters.manifest = manifest.path
    parameters.executable = applied.executable
    parameters.replicas = deployment.spec?.replicas ?? applied.replicas
    parameters.scaledReplicas = PhasePlan.scaledUp(parameters.replicas)
    parameters.clients = jobs.reduce(0) { $0 + $1.pods * $1.usersEach }
    parameters.doors = ClusterDoor.all.map(\.door)
    parameters.grace = applied.grace
    parameters.preStop = applied.preStopSleep
    if row.logging != nil { parameters.influx = "http://influxdb:8086" }
    // What a rehearsal models, a cluster has.
    (parameters.start, parameters.gone) = (0, 0)
    let versions = await ClusterVersions.read(kubectl)
    parameters.kubernetes = versions.kubernetes
    parameters.kubeProxy = versions.kubeProxy
    parameters.k6 = pods.compactMap { $0.container?.image }.first
    return parameters
  }
}

extension ClusterRow.Limits {
  /// With what a slow cluster needs: `ROLLOUT_TIMEOUT`, in seconds, as the scripts have it.
  init(environment: [String]) {
    let name = "ROLLOUT_TIMEOUT="
    guard let text = environment.first(where: { $0.hasPrefix(name) })?.dropFirst(name.count),
      let seconds = Int(text), seconds > 0
    else { return }
    (rollout, rest) = (.seconds(seconds), .seconds(seconds))
    // The script waits for the rollouts of the step and of the edge.
    deploy = max(deploy, .seconds(3 * seconds))
  }
}
