import Comparison
import Shared

/// The stand-in for Kubernetes of one row: performs what the Deployment, the kubelets and the
/// endpoints' path decide, with real processes. Belongs to its row's loop.
final class KubernetesModel: Endpoints {
  private let deployment: Deployment
  private let options: Options
  private let executable: String
  private let group: PodGroup
  private var addresses: LoopbackAddresses
  private var random: SplitMix64
  private let start = MonotonicTime.now
  private var rollout: Rollout
  private var endpoints: EndpointsPath
  /// The table of a balancer that knows endpoints; nil for one that knows the Service only.
  private var balancerEndpoints: EndpointsPath?
  private let relist: Relist
  private let timer = LoopTimer()
  private var exits: DescriptorReader?
  private(set) var hasEnded = false

  private(set) var pods: [PodID: PodRun] = [:]
  /// To which phase what is created and deleted now belongs.
  private let phases: RowPhases
  /// Why the harness, not the step, cannot go on.
  private(set) var failure: CommandError?
  /// Replaces what the manifest says: an address that exists in a cluster only has another one
  /// here.
  var environment: [String: String] = [:]
  /// The addresses of the ready endpoints that left the balancer's own table since the last
  /// `advance`.
  private var left: [SocketAddress] = []
  /// Fulfilled by the next thing that happens: an exit, a line, a probe's answer, a due time.
  private var change = Promise<Void>()

  init(
    _ deployment: Deployment, options: Options, executable: String, group: PodGroup,
    addresses: LoopbackAddresses, phases: RowPhases, seed: UInt64
  ) {
    self.phases = phases
    self.deployment = deployment
    self.options = options
    self.executable = executable
    self.group = group
    self.addresses = addresses
    random = SplitMix64(seed: seed)
    endpoints = EndpointsPath(lag: options.proxyLag, seed: random.next())
    if options.balancer == .endpoints {
      balancerEndpoints = EndpointsPath(
        lag: options.balancerLag.map { .fixed(lag: $0, jitter: .zero) } ?? options.proxyLag,
        seed: random.next())
    }
    relist = Relist(phase: random.duration(below: Relist.period))
    rollout = Rollout(
      deployment.strategy, replicas: options.replicas ?? deployment.replicas, seed: random.next())
  }

  /// Since the row's start.
  var now: Duration { MonotonicTime.now - start }
  var isComplete: Bool { rollout.isComplete }
  var progress: Rollout.Progress { rollout.progress }
  var replicas: Int { rollout.replicas }
  /// Every pod that is meant to serve does, and the proxies know it: a Deployment is complete
  /// before they do, and without probes even before its first pods listen.
  var isReachable: Bool {
    pods.values.allSatisfy { $0.isDeleted || ($0.isListening && $0.timeline.inEndpoints != nil) }
  }
  /// No pod is on its way out.
  var isQuiet: Bool { rollout.progress.terminating == 0 }

  /// The endpoint for a new connection; nil when there is none.
  func pick(_ door: Door) -> Backend? {
    updateTables()
    if !left.isEmpty { change.fulfil() }
    let picked =
      door == .http && balancerEndpoints != nil ? balancerEndpoints?.pick() : endpoints.pick()
    guard let pod = picked.flatMap({ pods[$0] }) else { return nil }
    return Backend(pod: pod.id, address: pod.address, reach: pod.life.connect(at: now))
  }

  /// The pods that were deleted and have ended.
  var shutdowns: [PodID: LedgerAudit.Shutdown] {
    pods.compactMapValues { pod in
      guard pod.isDeleted, let exit = pod.timeline.exit else { return nil }
      return .init(exit: .seconds(exit), phase: pod.history.deleted)
    }
  }

  func isPicked(_ pod: PodID) -> Bool {
    (balancerEndpoints ?? endpoints).table.candidates.contains(pod)
  }

  func note(_ outcome: Outcome, at pod: PodID?, sent: Duration) -> Phase {
    let current = phases.current ?? .steady
    guard let pod = pod.flatMap({ pods[$0] }) else { return current }
    pod.timeline.lastRequest = max(pod.timeline.lastRequest ?? 0, sent / .seconds(1))
    if outcome == .ok { pod.history.hasServed = true }
    return outcome == .ok ? current : pod.history.phase(current: current)
  }

  /// There is no use in going on.
  func fail(_ refusal: CommandError) {
    failure = failure ?? refusal
    change.fulfil()
  }

  func begin(on loop: isolated EventLoop) {
    exits = DescriptorReader.open(group.descriptor, on: loop) {
      [model = LoopBound(self, on: loop)] _, loop in
      model.get(on: loop).reap(on: loop)
    }
    perform(rollout.start(at: now), on: loop)
  }

  /// `kubectl rollout restart`.
  func restart(on loop: isolated EventLoop) { perform(rollout.restart(at: now), on: loop) }

  /// `kubectl scale`.
  func scale(to replicas: Int, on loop: isolated EventLoop) {
    perform(rollout.scale(to: replicas, at: now), on: loop)
  }

  func end(on loop: isolated EventLoop) {
    timer.clear(on: loop)
    exits?.close(on: loop)
    hasEnded = true
    change.fulfil()
  }

  // MARK: What happens

  private func reap(on loop: isolated EventLoop) {
    for exit in group.takeExits() {
      guard let pod = pods.values.first(where: { $0.process?.pid == exit.pid }) else { continue }
      let instant = exit.instant - start
      pod.process = nil
      pod.timeline.exit = instant / .seconds(1)
      pod.timeline.code = Int(exit.code)
      // The kubelet knows of the container that it stops; of another at its next relist.
      pod.exitDue = pod.isDeleted ? instant : relist.next(after: instant)
    }
    if !group.isWatched, failure == nil {
      failure = CommandError(
        .software,
        "the process that watches over the pods has ended, "
          + "and without it they might outlive the harness"
      )
    }
    change.fulfil()
  }

  private func read(_ bytes: UnsafeRawBufferPointer, _ stream: PodLog.Stream, of pod: PodRun) {
    let wasListening = pod.isListening
    pod.wrote(bytes, to: stream)
    if pod.isListening, !wasListening { change.fulfil() }
  }

  /// Lets every machine act whose time has come.
  /// - Returns: the addresses of the ready endpoints that have left the balancer's own table.
  func advance(on loop: isolated EventLoop) -> [SocketAddress] {
    for pod in pods.values.sorted(by: { $0.id < $1.id }) {
      if let due = pod.exitDue, due <= now { exited(pod, on: loop) }
      if let due = pod.startDue, due <= now {
        pod.startDue = nil
        perform(pod.lifecycle.create(at: now), on: pod, loop)
      }
      perform(pod.lifecycle.advance(to: now), on: pod, loop)
      apply(pod.health.notice(at: now), to: pod, on: loop)
      for attempt in pod.health.advance(to: now) { probe(pod, attempt, on: loop) }
    }
    updateTables()
    defer { left = [] }
    return left
  }

  /// Brings the proxies' tables up to now.
  private func updateTables() {
    for change in endpoints.advance(to: now) {
      guard let pod = pods[change.pod] else { continue }
      switch change.effect {
      case .entered:
        pod.timeline.inEndpoints = pod.timeline.inEndpoints ?? change.instant / .seconds(1)
      case .left:
        pod.timeline.outOfEndpoints = change.instant / .seconds(1)
      }
    }
    for change in balancerEndpoints?.advance(to: now) ?? [] where change.effect == .left {
      if let pod = pods[change.pod] { left.append(pod.address) }
    }
  }

  /// What to wait for before `advance` is called again. To be taken before it is called, so that
  /// nothing is missed that happens meanwhile.
  func expectChange() -> Promise<Void> {
    change = Promise()
    return change
  }

  /// Counts as a change, too: the instant at which something is due, here or at the caller's.
  func wake(at other: Duration?, on loop: isolated EventLoop) {
    let tables = [endpoints.nextDeadline, balancerEndpoints?.nextDeadline]
    let deadlines = pods.values.map(\.nextDeadline) + tables + [other]
    guard let next = deadlines.compactMap(\.self).min() else { return timer.clear(on: loop) }
    timer.set(at: start + next, on: loop) { [model = LoopBound(self, on: loop)] in
      model.get(on: $0).change.fulfil()
    }
  }

  /// The kubelet knows that the pod's container has ended.
  private func exited(_ pod: PodRun, on loop: isolated EventLoop) {
    pod.exitDue = nil
    apply(pod.health.containerExited(at: now), to: pod, on: loop)
    perform(pod.lifecycle.exited(at: now), on: pod, loop)
    if pod.lifecycle.isBackingOff, !pod.isListening, failure == nil { failure = pod.crash }
  }

  private func update(_ pod: PodID, _ endpoint: EndpointTable.Conditions?) {
    endpoints.update(pod, endpoint, at: now)
    balancerEndpoints?.update(pod, endpoint, at: now)
  }

  // MARK: What follows

  private func perform(_ actions: [Rollout.Action], on loop: isolated EventLoop) {
    for action in actions {
      switch action {
      case .create(let id, let revision): create(id, revision: revision, on: loop)
      case .delete(let id):
        guard let pod = pods[id] else { continue }
        pod.history.deleted = phases.current
        pod.timeline.deletedIn = phases.current
        pod.timeline.deletion = now / .seconds(1)
        pod.health.podDeleted()
        // Both paths start here and now, and know nothing of each other.
        let actions = pod.lifecycle.delete(at: now)
        update(id, pod.endpoint)
        perform(actions, on: pod, loop)
      }
    }
  }

  private func create(_ id: PodID, revision: Int, on loop: isolated EventLoop) {
    guard failure == nil else { return }
    let address: SocketAddress
    do throws(CommandError) {
      address = try addresses.take()
    } catch {
      failure = error
      return
    }
    // Pods of a real node are not probed at the same instant, either.
    let spread = random.duration(below: .milliseconds(500))
    let pod = PodRun(
      id, name: "\(deployment.name)-\(revision)-\(id.number)", address: address,
      deployment: deployment, options: options, spread: spread,
      neighbour: Double.random(in: 0..<1, using: &random) < AddressLife.freshShare
        ? .fresh : .failed,
      created: now)
    pod.history.created = phases.current
    pod.timeline.createdIn = phases.current
    pod.timeline.created = now / .seconds(1)
    pod.startDue = now + options.start
    pods[id] = pod
  }

  private func perform(_ actions: [PodLifecycle.Action], on pod: PodRun, _ loop: isolated EventLoop)
  {
    for action in actions {
      switch action {
      case .start: startProcess(of: pod, on: loop)
      case .preStop: pod.timeline.preStop = now / .seconds(1)
      case .terminate:
        pod.timeline.sigterm = now / .seconds(1)
        pod.process?.send(SIGTERM)
      case .kill: pod.process?.send(SIGKILL)
      case .end:
        pod.startDue = nil
        pod.exitDue = nil
        pod.health.podEnded()
        pod.life.podEnded(at: now)
        update(pod.id, nil)
        perform(rollout.ended(pod.id, at: now), on: loop)
      }
    }
  }

  private func startProcess(of pod: PodRun, on loop: isolated EventLoop) {
    var environment = deployment.environment(podName: pod.timeline.name).filter {
      self.environment[$0.name] == nil
    }
    .map { "\($0.name)=\($0.value)" }
    environment += self.environment.map { "\($0.key)=\($0.value)" }
    // What a pod's host name is by default, and its address, which on one machine must be told.
    environment.insert("POD_NAME=\(pod.timeline.name)", at: 0)
    environment += ["LISTEN_HOST=\(pod.address.host)", "LISTEN_PORT=\(pod.address.port)"]
    do throws(CommandError) {
      let process = try group.start(
        executable, deployment.arguments, environment: environment, separatesErrors: true)
      pod.process = process
      let bound = (model: LoopBound(self, on: loop), pod: LoopBound(pod, on: loop))
      for (descriptor, stream) in [
        (process.output, PodLog.Stream.output), (process.errors, .errors),
      ] {
        guard let descriptor else { continue }
        DescriptorReader.open(descriptor, on: loop) { bytes, loop in
          guard let bytes else {
            close(descriptor)
            return
          }
          bound.model.get(on: loop).read(bytes, stream, of: bound.pod.get(on: loop))
        }
      }
    } catch {
      failure = error
      return
    }
    pod.timeline.restarts = pod.lifecycle.restarts
    pod.timeline.started = pod.timeline.started ?? now / .seconds(1)
    pod.health.containerStarted(at: now, noticed: relist.next(after: now))
  }

  private func probe(_ pod: PodRun, _ attempt: Probe.Attempt, on loop: isolated EventLoop) {
    guard let spec = attempt.kind == .readiness ? deployment.readiness : deployment.liveness else {
      return
    }
    Task {
      let isHealthy: Bool
      do throws(ClientError) {
        let response = try await pod.prober.send(
          Request(.get, spec.path, fields: ["User-Agent": "kube-probe"]), to: pod.address,
          reuse: false, before: start + attempt.deadline, on: loop)
        isHealthy = (200..<400).contains(response.status.code)
      } catch {
        isHealthy = false
      }
      apply(pod.health.result(of: attempt, success: isHealthy, at: now), to: pod, on: loop)
      change.fulfil()
    }
  }

  private func apply(_ transition: Probe.Transition?, to pod: PodRun, on loop: isolated EventLoop) {
    switch transition {
    case .becameReady, .becameUnready:
      let isReady = transition == .becameReady
      if isReady { pod.timeline.ready = pod.timeline.ready ?? now / .seconds(1) }
      update(pod.id, pod.endpoint)
      if !pod.isDeleted { perform(rollout.readiness(of: pod.id, isReady, at: now), on: loop) }
    case .livenessFailed: perform(pod.lifecycle.livenessFailed(at: now), on: pod, loop)
    case nil: break
    }
  }
}
