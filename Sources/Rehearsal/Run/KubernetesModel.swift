import Comparison
import Shared

/// The stand-in for Kubernetes of one subject: performs what the Deployment and the endpoints' path
/// decide, and leads the kubelet. Belongs to its subject's loop.
final class KubernetesModel: Endpoints {
  private let deployment: Deployment
  private let options: Options
  private var addresses: LoopbackAddresses
  private var random: SplitMix64
  private let start: MonotonicTime
  private var rollout: Rollout
  private var tables: ProxyTables
  private let kubelet: Kubelet
  private let timer = LoopTimer()
  private(set) var hasEnded = false

  private(set) var pods: [PodID: PodRun] = [:]
  /// To which phase what is created and deleted now belongs.
  private let phases: SubjectPhases
  /// The addresses of the ready endpoints that left the balancer's own table since the last
  /// `advance`.
  private var left: [SocketAddress] = []
  private var ownFailure: CommandError?
  private let change: Change

  /// Fulfilled by the next thing that happens: an exit, a line, a probe's answer, a due time.
  private final class Change {
    var promise = Promise<Void>()
    func happens() { promise.fulfil() }
  }

  init(
    _ deployment: Deployment, _ command: PodCommand, options: Options, group: PodGroup,
    environment: [String: String], addresses: LoopbackAddresses, phases: SubjectPhases,
    seed: UInt64
  ) {
    self.phases = phases
    self.deployment = deployment
    self.options = options
    self.addresses = addresses
    let (start, change) = (MonotonicTime.now, Change())
    (self.start, self.change) = (start, change)
    random = SplitMix64(seed: seed)
    let balancerLag = options.balancerLag.map { ProxyLag.fixed(lag: $0, jitter: .zero) }
    tables = ProxyTables(
      service: options.proxyLag,
      balancer: options.balancer == .endpoints ? balancerLag ?? options.proxyLag : nil,
      random: &random)
    kubelet = Kubelet(
      options, deployment, command, group: group, environment: environment,
      relist: Relist(phase: random.duration(below: Relist.period)), start: start
    ) { change.happens() }
    rollout = Rollout(
      deployment.strategy, replicas: options.replicas ?? deployment.replicas,
      minReady: .seconds(deployment.minReadySeconds), seed: random.next())
  }

  /// Since the subject's start.
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
  /// Why the harness, not the service, cannot go on.
  var failure: CommandError? { ownFailure ?? kubelet.failure }

  /// What the last probe that failed was told, and which pod does not listen.
  var complaints: [String] {
    let silence = pods.values.sorted { $0.id < $1.id }.lazy.compactMap(\.silence).first
    return [kubelet.complaint, silence].compactMap(\.self)
  }

  /// The endpoint for a new connection; nil when there is none.
  func pick(_ door: Door) -> Backend? {
    updateTables()
    if !left.isEmpty { change.happens() }
    guard let pod = tables.pick(door).flatMap({ pods[$0] }) else { return nil }
    return Backend(pod: pod.id, address: pod.address, reach: pod.life.connect(at: now))
  }

  /// The pods that were deleted and have ended.
  var shutdowns: [PodID: LedgerAudit.Shutdown] {
    pods.compactMapValues { pod in
      guard pod.isDeleted, let exit = pod.timeline.exit else { return nil }
      return .init(exit: .seconds(exit), phase: pod.history.deleted)
    }
  }

  func isPicked(_ pod: PodID) -> Bool { tables.isPicked(pod) }

  func note(_ outcome: Outcome, at pod: PodID?, sent: Duration) -> Phase {
    let current = phases.current ?? .steady
    guard let pod = pod.flatMap({ pods[$0] }) else { return current }
    pod.timeline.lastRequest = max(pod.timeline.lastRequest ?? 0, sent / .seconds(1))
    if outcome == .ok { pod.history.hasServed = true }
    return outcome == .ok ? current : pod.history.phase(current: current)
  }

  /// There is no use in going on.
  func fail(_ refusal: CommandError) {
    ownFailure = ownFailure ?? refusal
    change.happens()
  }

  func begin(on loop: isolated EventLoop) {
    kubelet.begin(on: loop)
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
    kubelet.end(on: loop)
    hasEnded = true
    change.happens()
  }

  /// Lets every machine act whose time has come.
  /// - Returns: the addresses of the ready endpoints that have left the balancer's own table.
  func advance(on loop: isolated EventLoop) -> [SocketAddress] {
    hear(kubelet.advance(on: loop), on: loop)
    perform(rollout.advance(to: now), on: loop)
    updateTables()
    defer { left = [] }
    return left
  }

  /// Acts on what the kubelet tells, until it tells nothing more.
  private func hear(_ news: [KubeletNews], on loop: isolated EventLoop) {
    for one in news {
      switch one {
      case .readiness(let pod, let isReady):
        tables.update(pod.id, pod.endpoint, at: now)
        if !pod.isDeleted { perform(rollout.readiness(of: pod.id, isReady, at: now), on: loop) }
      case .ended(let pod):
        tables.update(pod.id, nil, at: now)
        perform(rollout.ended(pod.id, at: now), on: loop)
      }
    }
  }

  /// Brings the proxies' tables up to now.
  private func updateTables() {
    for change in tables.advance(to: now) {
      switch change {
      case .service(let change):
        guard let pod = pods[change.pod] else { continue }
        let instant = change.instant / .seconds(1)
        switch change.effect {
        case .entered: pod.timeline.inEndpoints = pod.timeline.inEndpoints ?? instant
        case .left: pod.timeline.outOfEndpoints = instant
        }
      case .balancer(let change):
        if change.effect == .left, let pod = pods[change.pod] { left.append(pod.address) }
      }
    }
  }

  /// What to wait for before `advance` is called again. To be taken before it is called, so that
  /// nothing is missed that happens meanwhile.
  func expectChange() -> Promise<Void> {
    change.promise = Promise()
    return change.promise
  }

  /// Counts as a change, too: the instant at which something is due, here or at the caller's.
  func wake(at other: Duration?, on loop: isolated EventLoop) {
    let deadlines = [
      kubelet.nextDeadline, rollout.nextDeadline, tables.nextDeadline, other,
    ]
    guard let next = deadlines.compactMap(\.self).min() else { return timer.clear(on: loop) }
    timer.set(at: start + next, on: loop) { [model = LoopBound(self, on: loop)] in
      model.get(on: $0).change.happens()
    }
  }

  private func perform(_ actions: [Rollout.Action], on loop: isolated EventLoop) {
    for action in actions {
      switch action {
      case .create(let id, let revision): create(id, revision: revision)
      case .delete(let id):
        guard let pod = pods[id] else { continue }
        pod.history.deleted = phases.current
        pod.timeline.deletedIn = phases.current
        pod.timeline.deletion = now / .seconds(1)
        // Both paths start here and now, and know nothing of each other.
        kubelet.delete(pod, on: loop)
        tables.update(id, pod.endpoint, at: now)
        hear(kubelet.takeNews(), on: loop)
      }
    }
  }

  private func create(_ id: PodID, revision: Int) {
    guard failure == nil else { return }
    let address: SocketAddress
    do throws(CommandError) {
      address = try addresses.take()
    } catch {
      ownFailure = error
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
    pods[id] = pod
    kubelet.admit(pod)
  }
}
