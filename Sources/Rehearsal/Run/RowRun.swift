import Comparison
import Picture
import Shared

/// One row from its first pod to its last: brings the Deployment up, starts the clients, walks
/// through the phases, and waits until the pods that were deleted have ended. Everything of it
/// happens on one loop.
final class RowRun {
  /// What a row is run with.
  struct Setup: Sendable {
    let row: Row
    let manifest: ManifestFile
    let options: Options
    let executable: String
    let addresses: LoopbackAddresses
    let group: PodGroup
    let seed: UInt64
    /// Of the working copy; nil when there is none.
    let commit: String?
    let pid1: PID1

    var deployment: Deployment { manifest.deployment }
    /// At the start, and again after the scaling.
    var replicas: Int { options.replicas ?? deployment.replicas }
  }

  /// Without any progress of the Deployment, on top of what it was asked to wait for: longer than
  /// warm-up and probes take on a slow machine.
  static let patience = Duration.seconds(60)
  /// Source addresses over which a row's connections are spread: some 28,000 ports each, for 60 s
  /// after a connection's end.
  static let sources = 8

  /// For a scale-up, whatever `keep=` says.
  static let longestMingle = Duration.seconds(10)

  private let setup: Setup
  private let kubernetes: KubernetesModel
  private let balancer: LoadBalancer
  private let load: Load
  /// For a step that logs operations.
  private let influx: InfluxProxy?
  private let balancerAddress: SocketAddress
  private let phases: RowPhases
  /// What follows the phases; nil until they are over.
  private var end: LiveRow.State?
  private var pulse = LoopLateness()
  /// The first phase has begun, or never will.
  private let begun = Promise<Void>()
  /// What the Deployment last did, and when.
  private var lastProgress: (progress: Rollout.Progress, since: Duration)?
  /// Fulfilled by the next change in the kubernetes. A task takes it before it looks at the
  /// kubernetes.
  private var nextChange = Promise<Void>()
  private var audit: LedgerAudit?
  private var loadEnd: Duration?
  /// The failures that a live page has got.
  private var drawn: [FailedRequest] = []
  private let began = WallClock.text()

  /// - Throws: `CommandError` when the harness has no address for it.
  init(_ setup: Setup) throws(CommandError) {
    self.setup = setup
    var addresses = setup.addresses
    balancerAddress = try addresses.take()
    var sources: [SocketAddress] = []
    if case .addressEach = addresses.mode {
      for _ in 0..<Self.sources { sources.append(try addresses.take().with(port: 0)) }
    }
    let options = setup.options
    influx =
      setup.row.logging == nil
      ? nil
      : try InfluxProxy(
        at: addresses.take(), database: RowDatabases.name(of: setup.row), real: options.influx)
    phases = RowPhases(Self.plan(options, setup.deployment))
    kubernetes = KubernetesModel(
      setup.deployment, options: options, executable: setup.executable, group: setup.group,
      addresses: addresses, phases: phases, seed: setup.seed)
    if let influx {
      kubernetes.environment = ["INFLUXDB_BASE_URL": influx.url, "INFLUXDB_DB": influx.database]
    }
    balancer = LoadBalancer(kubernetes, options.balancer, timeout: Load.timeout)
    load = Load(
      row: setup.row.name, clients: options.clients, endpoints: kubernetes,
      balancer: balancerAddress, sources: sources, keep: options.keep)
  }

  private static func plan(_ options: Options, _ deployment: Deployment) -> PhasePlan {
    var plan = PhasePlan()
    plan.phases = options.phases
    plan.scaledDown = options.replicas ?? deployment.replicas
    plan.scaledUp = PhasePlan.scaledUp(plan.scaledDown)
    // A killed pod is seen to exit a moment after its SIGKILL.
    plan.grace = .seconds(deployment.grace + 1)
    // Else the clients would be gone before the proxies send them to the last pods that stopped.
    if case .fixed(let lag, let jitter) = options.proxyLag {
      plan.settle = max(plan.settle, lag + jitter + .seconds(1))
    }
    if options.kinds.contains(.keepalive), let keep = options.keep {
      plan.mingle = min(Load.pace * keep, Self.longestMingle)
    }
    return plan
  }

  /// Where the row stands, for the screen.
  private var stage: LiveRow.State { end ?? phases.current.map { .phase($0) } ?? .starting }

  /// - Parameters:
  ///   - feed: gets all that is to be drawn, as often; nil when nothing is drawn.
  ///   - report: called four times a second with how it goes.
  func run(
    on loop: isolated EventLoop, to feed: LiveFeed? = nil,
    report: @escaping @Sendable (LiveRow) -> Void
  ) async throws(CommandError) -> RowResult {
    let ticker = Task {
      while !Task.isCancelled {
        report(liveRow())
        feed?.put(progress())
        let slept = await Self.beat(on: loop)
        // Reading thousands of ids holds the loop, but then there is no request any more that could
        // be late.
        if stage != .logging { pulse.beat(slept) }
        checkProgress(on: loop)
      }
    }
    defer { ticker.cancel() }
    let began = MonotonicTime.now
    do throws(CommandError) {
      try await balancer.open(at: balancerAddress, on: loop)
      try await influx?.open(on: loop)
      kubernetes.begin(on: loop)
      Task { await steer(on: loop) }
      try await comeUp(on: loop)
      await load.run(doors: setup.options.doors, kinds: setup.options.kinds, on: loop)
      loadEnd = loadEnd ?? kubernetes.now
      end = .ending
      let stopped = MonotonicTime.now
      while case let change = nextChange, !kubernetes.isQuiet, kubernetes.failure == nil {
        await change.wait()
      }
      if let influx { audit = try await lastAudit(influx, since: stopped, on: loop) }
    } catch {
      await tidy(on: loop)
      throw error
    }
    await tidy(on: loop)
    if let failure = kubernetes.failure { throw failure }
    end = .done
    report(liveRow())
    return result(wall: (MonotonicTime.now - began) / .seconds(1))
  }

  private func comeUp(on loop: isolated EventLoop) async throws(CommandError) {
    await begun.wait()
    if let failure = kubernetes.failure { throw failure }
  }

  /// A Deployment that gets no further would have the row run for ever.
  private func checkProgress(on loop: isolated EventLoop) {
    let isWaiting = phases.clock.nextDeadline == nil && !phases.clock.isFinished
    guard isWaiting, let last = lastProgress, last.progress == kubernetes.progress else {
      lastProgress = (kubernetes.progress, kubernetes.now)
      return
    }
    let patience = Self.patience(setup.options, setup.deployment)
    guard kubernetes.now - last.since > patience else { return }
    let state = "\(kubernetes.progress.updatedAvailable) of \(kubernetes.replicas.of("pod")) ready"
    kubernetes.fail(
      CommandError(
        .unavailable,
        "row \(setup.row.name), \(stage.word): \(state), "
          + "and no more for \(Int(patience / .seconds(1))) s"
      ))
  }

  /// How long the Deployment may stand still: a pod's start, its readiness probe and the proxies'
  /// lag are as long as they were asked to be.
  static func patience(_ options: Options, _ deployment: Deployment) -> Duration {
    var patience = patience + options.start
    if let probe = deployment.readiness {
      patience +=
        .seconds(probe.initialDelaySeconds) + .seconds(probe.periodSeconds) * probe.successThreshold
    }
    if case .fixed(let lag, let jitter) = options.proxyLag { patience += lag + jitter }
    return patience
  }

  /// Lets the pods that are left log what they hold, so that only a shutdown can lose: until
  /// nothing is missing, or each had time enough for what it held and nothing comes any more.
  private func lastAudit(
    _ influx: InfluxProxy, since stopped: MonotonicTime, on loop: isolated EventLoop
  ) async throws(CommandError) -> LedgerAudit {
    end = .logging
    try await influx.recovered(on: loop)
    let held = stopped + (setup.row.logging?.holds ?? .zero) + .seconds(1)
    // An attempt that waited in vain, and the pause after it.
    let retry = BackOff.longest + (setup.options.influxFault == nil ? .zero : InfluxClient.timeout)
    let shutdownHolds = (setup.row.logging?.holds ?? .zero) + Self.delivery(setup.options)
    var last: LedgerAudit?
    var lastChange = MonotonicTime.now
    while kubernetes.failure == nil {
      let audit = LedgerAudit(
        load.ledger, stored: try await influx.operations(on: loop),
        traced: Set(kubernetes.pods.values.flatMap(\.traced)), shutdowns: kubernetes.shutdowns,
        holds: shutdownHolds)
      // What a client saw fail may be logged yet.
      if audit.audit.lost == 0, load.ledger.failed.isEmpty { return audit }
      if audit.audit != last?.audit { lastChange = .now }
      last = audit
      if MonotonicTime.now > max(held, lastChange + retry) { return audit }
      try? await loop.sleep(for: .seconds(1))
    }
    return last ?? LedgerAudit(load.ledger, stored: StoredOperations(ids: []), traced: [])
  }

  /// On top of the time for which a pod holds an operation before it is due to be sent: one attempt
  /// under load, or all of them while InfluxDB is out of order.
  static func delivery(_ options: Options) -> Duration {
    options.influxFault == nil ? .seconds(2) : .seconds(60)
  }

  private func tidy(on loop: isolated EventLoop) async {
    load.stop()
    await influx?.close(on: loop)
    await balancer.close(on: loop)
    kubernetes.end(on: loop)
    _ = setup.group.end()
  }

  /// The row's one loop: lets the pods act whose time has come, then the phases, and waits for the
  /// next thing that happens or is due.
  private func steer(on loop: isolated EventLoop) async {
    while !kubernetes.hasEnded {
      let change = kubernetes.expectChange()
      for address in kubernetes.advance(on: loop) { balancer.left(address, on: loop) }
      movePhases(on: loop)
      if phases.current != nil || kubernetes.failure != nil { begun.fulfil() }
      if kubernetes.failure != nil { load.stop() }
      nextChange.fulfil()
      nextChange = Promise()
      kubernetes.wake(at: phases.clock.nextDeadline, on: loop)
      await change.wait()
    }
  }

  private func movePhases(on loop: isolated EventLoop) {
    guard phases.current != nil || kubernetes.isReachable else { return }
    for action in phases.clock.advance(to: kubernetes.now) { perform(action, on: loop) }
    let isComplete = kubernetes.isComplete
    for action in phases.clock.deployment(
      isComplete: isComplete, isQuiet: kubernetes.isQuiet, at: kubernetes.now)
    {
      perform(action, on: loop)
    }
  }

  private func perform(_ action: PhaseClock.Action, on loop: isolated EventLoop) {
    switch action {
    case .begin: influx?.endFault()  // that of the rollout, if one was before
    case .restart:
      if let fault = setup.options.influxFault { influx?.begin(fault, on: loop) }
      kubernetes.restart(on: loop)
    case .scale(let replicas): kubernetes.scale(to: replicas, on: loop)
    case .finish:
      influx?.endFault()
      loadEnd = kubernetes.now
      load.stop()
    }
  }

  private static func beat(on loop: isolated EventLoop) async -> Duration {
    let began = MonotonicTime.now
    try? await loop.sleep(for: LoopLateness.period)
    return MonotonicTime.now - began
  }

  // MARK: What is shown

  private func liveRow() -> LiveRow {
    var live = LiveRow(row: setup.row.name)
    let progress = kubernetes.progress
    live.state = stage
    live.updated = progress.updatedAvailable
    live.wanted = kubernetes.replicas
    live.ready = progress.available
    live.starting = progress.updated + progress.old - progress.available
    live.terminating = progress.terminating
    let rate = pulse.rate(sent: load.sent)
    // That of the time before it was done would stand there to the end.
    live.requestsPerSecond = stage == .done ? 0 : rate
    live.sent = load.sent
    live.failures = load.failures
    return live
  }

  /// What the result would be now. Failures are taken over as they come: there may be thousands.
  private func progress() -> RowProgress {
    drawn += load.failed.kept[drawn.count...].map(failedRequest)
    var result = RowResult(row: setup.row.name, parameters: parameters)
    result.began = began
    result.spans = phases.clock.spans.map { PhaseSpan($0) }
    result.counts = load.counts
    result.series = load.series
    result.failures = drawn
    result.failuresDropped = load.failed.dropped
    result.pods = kubernetes.pods.values.sorted { $0.id < $1.id }.map(\.timeline)
    return RowProgress(result, state: stage.word, now: kubernetes.now / .seconds(1))
  }

  private func failedRequest(_ failure: FailureLog.Failure) -> FailedRequest {
    FailedRequest(
      sent: failure.sent / .seconds(1), took: failure.took / .seconds(1), phase: failure.phase,
      door: failure.door, kind: failure.kind, outcome: failure.outcome, id: failure.id,
      at: failure.pod.flatMap { kubernetes.pods[$0]?.timeline })
  }

  private var parameters: Parameters {
    var parameters = Parameters(setup.row, setup.options, setup.manifest, seed: setup.seed)
    parameters.pid1 = setup.pid1.rawValue
    return parameters
  }

  private func result(wall: Double) -> RowResult {
    var result = RowResult(row: setup.row.name, parameters: parameters)
    result.began = began
    result.commit = setup.commit
    result.spans = phases.clock.spans.map { PhaseSpan($0) }
    result.loadEnd = loadEnd.map { $0 / .seconds(1) }
    result.counts = load.counts
    result.series = load.series
    result.failures = load.failed.kept.map(failedRequest)
    result.failuresDropped = load.failed.dropped
    result.audit = audit?.audit
    result.latency = load.latency.summary
    result.pods = kubernetes.pods.values.sorted { $0.id < $1.id }.map { pod in
      var timeline = pod.timeline
      if let audit { timeline.lost = audit.lostOfPods[pod.id] ?? 0 }
      return timeline
    }
    result.harness.ownFailures = load.ownFailures
    result.harness.wall = wall
    result.harness.reasons = pulse.complaints + Starvation.complaints(load.latency)
    result.harness.isTrustworthy = result.harness.reasons.isEmpty
    return result
  }
}
