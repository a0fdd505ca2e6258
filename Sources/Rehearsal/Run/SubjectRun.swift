import Comparison
import Picture
import Shared

/// One subject from its first pod to its last: brings the Deployment up, sends a service of one's
/// own one request, starts the clients, walks through the phases, and waits until the pods that
/// were deleted have ended. Everything of it happens on one loop.
final class SubjectRun {
  /// Source addresses over which a subject's connections are spread: some 28,000 ports each, for 60
  /// s after a connection's end.
  static let sources = 8

  private let setup: SubjectSetup
  private let kubernetes: KubernetesModel
  private let balancer: LoadBalancer
  private let load: Load
  /// For a subject that logs operations.
  private let influx: InfluxProxy?
  private let balancerAddress: SocketAddress
  private let phases: SubjectPhases
  /// What follows the phases; nil until they are over.
  private var end: LiveRow.State?
  private var pulse = LoopLateness()
  /// The request before the load was answered as clients accept it: the phases may begin.
  private var isChecked = false
  private var progress: ProgressWatch
  /// Fulfilled by the next change in Kubernetes. A task takes it before it looks at that.
  private var nextChange = Promise<Void>()
  private var audit: LedgerAudit?
  /// The failures that a live page has got.
  private var drawn: [FailedRequest] = []
  private var loadEnd: Duration?
  private let began = WallTime.now.text

  /// - Throws: `CommandError` when the harness has no address for it.
  init(_ setup: SubjectSetup) throws(CommandError) {
    self.setup = setup
    var addresses = setup.addresses
    balancerAddress = try addresses.take()
    var sources: [SocketAddress] = []
    if case .addressEach = addresses.mode {
      for _ in 0..<Self.sources { sources.append(try addresses.take().with(port: 0)) }
    }
    let (subject, options) = (setup.subject, setup.options)
    influx =
      subject.logging == nil
      ? nil
      : try InfluxProxy(at: addresses.take(), database: subject.database, real: options.influx)
    phases = SubjectPhases(setup.plan)
    progress = ProgressWatch(
      patience: SubjectSetup.patience(options, setup.deployment))
    let environment = influx.map { ["INFLUXDB_BASE_URL": $0.url, "INFLUXDB_DB": $0.database] }
    kubernetes = KubernetesModel(
      setup.deployment, subject.command, options: options, group: setup.group,
      environment: environment ?? [:], addresses: addresses, phases: phases, seed: setup.seed)
    balancer = LoadBalancer(kubernetes, options.balancer, timeout: Load.timeout)
    load = Load(
      name: subject.name, request: subject.request, clients: options.clients,
      endpoints: kubernetes, balancer: balancerAddress, sources: sources, keep: options.keep)
  }

  /// Where the subject stands, for the screen.
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
        feed?.put(drawing())
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
      if let influx {
        end = .logging
        audit = try await FinalAudit(
          setup: setup, influx: influx, load: load, kubernetes: kubernetes
        ).run(since: stopped, on: loop)
      }
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
    try await wait(on: loop) { kubernetes.isReachable }
    // The rows' request is known to be right.
    if setup.subject.isOwn {
      guard let pod = kubernetes.pick(.tcp) else {
        throw .unavailable(
          "\(setup.subject.label): no pod is ready for the request before the load")
      }
      try await FirstRequest.send(setup.subject.request, to: pod.address, on: loop)
    }
    isChecked = true
    kubernetes.wake(at: kubernetes.now, on: loop)
    try await wait(on: loop) { phases.current != nil }
  }

  /// Waits for a change in Kubernetes after which something holds.
  private func wait(on loop: isolated EventLoop, until holds: () -> Bool)
    async throws(CommandError)
  {
    while case let change = nextChange, !holds(), kubernetes.failure == nil { await change.wait() }
    if let failure = kubernetes.failure { throw failure }
  }

  private func checkProgress(on loop: isolated EventLoop) {
    let isWaiting = phases.clock.nextDeadline == nil && !phases.clock.isFinished
    let standstill = progress.check(
      kubernetes.progress, of: kubernetes.replicas, isWaiting: isWaiting, at: kubernetes.now)
    guard let standstill else { return }
    // A row's probes are known to be right.
    let reason = setup.subject.isOwn ? kubernetes.complaints.map { "; \($0)" }.joined() : ""
    kubernetes.fail(
      CommandError(.unavailable, "\(setup.subject.label), \(stage.word): \(standstill)\(reason)"))
  }

  private func tidy(on loop: isolated EventLoop) async {
    load.stop()
    await influx?.close(on: loop)
    await balancer.close(on: loop)
    kubernetes.end(on: loop)
    _ = setup.group.end()
  }

  /// The subject's one loop: lets the pods act whose time has come, then the phases, and waits for
  /// the next thing that happens or is due.
  private func steer(on loop: isolated EventLoop) async {
    while !kubernetes.hasEnded {
      let change = kubernetes.expectChange()
      for address in kubernetes.advance(on: loop) { balancer.left(address, on: loop) }
      movePhases(on: loop)
      if kubernetes.failure != nil { load.stop() }
      nextChange.fulfil()
      nextChange = Promise()
      kubernetes.wake(at: phases.clock.nextDeadline, on: loop)
      await change.wait()
    }
  }

  private func movePhases(on loop: isolated EventLoop) {
    guard phases.current != nil || (isChecked && kubernetes.isReachable) else { return }
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

  private func liveRow() -> LiveRow {
    var live = LiveRow(row: setup.subject.name, label: setup.subject.label)
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

  /// What there is to draw now. Failures are taken over as they come: there may be thousands.
  private func drawing() -> RowProgress {
    drawn += load.failed.kept[drawn.count...].map { FailedRequest($0, of: kubernetes) }
    var result = begunResult
    result.counts = load.counts
    result.series = load.series
    result.failures = drawn
    result.failuresDropped = load.failed.dropped
    result.pods = kubernetes.pods.values.sorted { $0.id < $1.id }.map(\.timeline)
    return RowProgress(result, state: stage.word, now: kubernetes.now / .seconds(1))
  }

  /// With what is known before the end.
  private var begunResult: RowResult {
    var result = RowResult(
      row: setup.subject.name,
      parameters: Parameters(setup.subject, setup.options, seed: setup.seed))
    result.subject = setup.subject.description
    result.parameters.pid1 = setup.pid1.rawValue
    result.began = began
    result.commit = setup.commit
    result.spans = phases.clock.spans.map { PhaseSpan($0) }
    return result
  }

  private func result(wall: Double) -> RowResult {
    var result = begunResult
    result.loadEnd = loadEnd.map { $0 / .seconds(1) }
    result.add(load, of: kubernetes)
    result.audit = audit?.audit
    result.pods = kubernetes.pods.values.sorted { $0.id < $1.id }.map { pod in
      var timeline = pod.timeline
      if let audit { timeline.lost = audit.lostOfPods[pod.id] ?? 0 }
      return timeline
    }
    result.harness.wall = wall
    result.harness.reasons = pulse.complaints + setup.subject.starvation(load.latency)
    result.harness.isTrustworthy = result.harness.reasons.isEmpty
    return result
  }
}

extension RowResult {
  /// What became of the requests.
  fileprivate mutating func add(_ load: Load, of kubernetes: KubernetesModel) {
    counts = load.counts
    series = load.series
    failures = load.failed.kept.map { FailedRequest($0, of: kubernetes) }
    failuresDropped = load.failed.dropped
    latency = load.latency.summary
    harness.ownFailures = load.ownFailures
  }
}

extension FailedRequest {
  fileprivate init(_ failure: FailureLog.Failure, of kubernetes: KubernetesModel) {
    self.init(
      sent: failure.sent / .seconds(1), took: failure.took / .seconds(1), phase: failure.phase,
      door: failure.door, kind: failure.kind, outcome: failure.outcome, id: failure.id,
      at: failure.pod.flatMap { kubernetes.pods[$0]?.timeline })
  }
}
