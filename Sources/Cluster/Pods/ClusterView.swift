import Comparison
import Shared

/// What is known of a Deployment and its pods while it is rolled and scaled: three watches keep it
/// up to date, from before the load until the last terminating pod is gone. The status of a pod
/// that is gone can be had no more.
final class ClusterView: Sendable {
  private struct State {
    var lives = PodLives()
    var pods: [String: PodObject] = [:]
    var deployment: DeploymentObject?
    /// Until each watch has listed once, nothing is known.
    var listed: Set<String> = []
    var failure: CommandError?
  }

  private let kubectl: Kubectl
  private let began = MonotonicTime.now
  /// The row's start, in seconds since 1970 by this machine's clock.
  let start = WallTime.now.seconds
  private let clock: ClockOffset
  private let logs: PodLogs
  private let state = Lock(State())

  /// - Parameter clock: how far the cluster's clock is ahead.
  init(_ kubectl: Kubectl, clock: ClockOffset) {
    self.kubectl = kubectl
    self.clock = clock
    // A clock that is not known better than this cannot lose a line of the row.
    logs = PodLogs(kubectl, since: start + clock.seconds - 2)
  }

  /// Since the row's start.
  var now: Duration { MonotonicTime.now - began }
  private var seconds: Double { now / .seconds(1) }

  // MARK: What is known

  var phase: Phase? {
    get { state.withLock(\.lives.phase) }
    set { state.withLock { $0.lives.phase = newValue } }
  }
  var timelines: [PodTimeline] { state.withLock(\.lives.timelines) }
  var terminating: Int { state.withLock(\.lives.terminating) }
  /// The ids that pods gave to their standard error.
  var undelivered: Set<String> {
    logs.reports.values.reduce(into: []) { $0.formUnion($1.undelivered) }
  }

  /// What the pods' logs say of requests: by their ids, the pod that answered and when.
  var answers: [String: PodAnswer] {
    var answers: [String: PodAnswer] = [:]
    for (uid, report) in logs.reports {
      guard let pod = state.withLock({ $0.lives.timeline(of: uid) }) else { continue }
      let ahead = ahead(report)
      for (id, moment) in report.answers {
        answers[id] = PodAnswer(pod: pod, instant: moment - ahead)
      }
    }
    return answers
  }

  /// When a pod answered requests, by its own log, in seconds since the row's start.
  func answers(of pod: String) -> [Double] {
    let lives = state.withLock(\.lives)
    guard let own = logs.reports.first(where: { lives.timeline(of: $0.key)?.name == pod }) else {
      return []
    }
    let ahead = ahead(own.value)
    return own.value.answers.values.map { $0 - ahead }.sorted()
  }

  /// Of the row's start, a node's clock.
  private func ahead(_ report: PodReport) -> Double {
    start + (report.clock.ahead ?? clock.seconds)
  }

  /// The Deployment has all its pods, none of them old.
  func isComplete(generation: Int) -> Bool {
    state.withLock { $0.deployment?.isComplete(generation: generation) ?? false }
  }

  /// Nothing moves: no pod is on its way out, and each that stands is ready and an endpoint.
  var isAtRest: Bool {
    state.withLock { state in
      let wanted = state.deployment?.spec?.replicas ?? 1
      return state.listed.count == 3 && state.deployment?.isComplete(generation: 0) == true
        && state.lives.terminating == 0
        && state.lives.ready == wanted && state.lives.endpoints == wanted
    }
  }

  /// As many pods stand ready, as endpoints, as are wanted; others may be on their way out.
  var isWhole: Bool {
    state.withLock { state in
      let wanted = state.deployment?.spec?.replicas ?? 1
      return state.listed.count == 3 && state.lives.ready == wanted
        && state.lives.endpoints == wanted
    }
  }

  /// The names of the pods that are ready and not deleted; first that which has been for longest.
  var ready: [String] {
    state.withLock(\.lives.timelines).filter { $0.deletion == nil && $0.ready != nil }.sorted {
      ($0.ready ?? 0, $0.name) < ($1.ready ?? 0, $1.name)
    }.map(\.name)
  }

  /// When a pod was deleted, in seconds since the row's start; nil until it is.
  func deletion(of pod: String) -> Double? {
    state.withLock { $0.lives.deletion(of: pod, latestStart: start + clock.lower) }
  }

  /// What keeps the Deployment from being complete, as far as the pods say.
  var trouble: String {
    state.withLock { state in
      if let trouble = state.pods.values.compactMap(\.trouble).sorted().first { return trouble }
      let wanted = state.deployment?.spec?.replicas ?? 0
      return
        "\(state.lives.ready) of \(wanted) pods are ready, \(state.lives.terminating) are on "
        + "their way out"
    }
  }

  /// Forgets what was before the row.
  func forgetThePast() { state.withLock { $0.lives.forgetTheGone() } }

  /// - Throws: `CommandError` when a watch has failed.
  func check() throws(CommandError) {
    if let failure = state.withLock(\.failure) { throw failure }
    if Task.isCancelled { throw .interrupted }
  }

  /// Looks ten times a second until something holds.
  /// - Returns: false when it did not within the time.
  func waits(for limit: Duration, until holds: () -> Bool) async throws(CommandError) -> Bool {
    let end = MonotonicTime.now + limit
    while !holds() {
      try check()
      guard MonotonicTime.now < end else { return false }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { throw .interrupted }
    }
    return true
  }

  // MARK: What tells it

  /// Runs `body` while the watches run.
  func watching<Result: Sendable>(_ body: () async throws(CommandError) -> Result)
    async throws(CommandError)
    -> Result
  {
    let core = "/api/v1/namespaces/\(kubectl.namespace)"
    let watches = [
      follow(
        Watch<PodObject>(kubectl: kubectl, path: "\(core)/pods", query: "labelSelector=app%3Dcalc")
      ) { $0.took($1) },
      follow(
        Watch<EndpointSliceObject>(
          kubectl: kubectl,
          path: "/apis/discovery.k8s.io/v1/namespaces/\(kubectl.namespace)/endpointslices",
          query: "labelSelector=kubernetes.io%2Fservice-name%3Dcalc")
      ) { $0.took($1) },
      follow(
        Watch<DeploymentObject>(
          kubectl: kubectl, path: "/apis/apps/v1/namespaces/\(kubectl.namespace)/deployments",
          query: "fieldSelector=metadata.name%3Dcalc")
      ) { $0.took($1) },
    ]
    let outcome: Swift.Result<Result, CommandError>
    do throws(CommandError) { outcome = .success(try await body()) } catch {
      outcome = .failure(error)
    }
    for watch in watches { watch.cancel() }
    // When they have ended, so have their processes.
    for watch in watches { await watch.value }
    await logs.close()
    return try outcome.get()
  }

  private func follow<Object>(
    _ watch: Watch<Object>, _ take: @escaping @Sendable (ClusterView, WatchChange<Object>) -> Void
  ) -> Task<Void, Never> {
    Task {
      do throws(CommandError) { try await watch.run { take(self, $0) } } catch {
        state.withLock { if $0.failure == nil { $0.failure = error } }
      }
    }
  }

  private func took(_ change: WatchChange<PodObject>) {
    let now = seconds
    let present = state.withLock { state in
      state.listed.insert("pods")
      switch change {
      case .all(let pods): state.pods = Dictionary(pods.map { ($0.metadata.uid, $0) }) { $1 }
      case .set(let pod): state.pods[pod.metadata.uid] = pod
      case .deleted(let pod): state.pods[pod.metadata.uid] = nil
      }
      state.lives.apply(change, at: now)
      return Array(state.pods.values)
    }
    // A pod that was deleted before it was ready has a log, too.
    for pod in present where pod.isReady || pod.metadata.deletionTimestamp != nil {
      listen(to: pod)
    }
  }

  private func took(_ change: WatchChange<EndpointSliceObject>) {
    let now = seconds
    state.withLock { state in
      state.listed.insert("slices")
      state.lives.apply(change, at: now)
    }
  }

  private func took(_ change: WatchChange<DeploymentObject>) {
    state.withLock { state in
      state.listed.insert("deployment")
      switch change {
      case .all(let all): state.deployment = all.first
      case .set(let deployment): state.deployment = deployment
      case .deleted: state.deployment = nil
      }
    }
  }

  private func listen(to pod: PodObject) {
    logs.follow(pod) { [self] uid in
      state.withLock { $0.lives.isGone(uid) }
    } heard: { [self] uid, report in
      state.withLock { $0.lives.heard(report, of: uid, ahead: ahead(report)) }
    }
  }

  /// Waits until the logs of all pods that are gone have come to their end. A kubelet looks every
  /// five seconds whether a container still writes.
  func logsEnd() async throws(CommandError) {
    _ = try await waits(for: .seconds(15)) {
      let gone = state.withLock { state in
        logs.reports.keys.filter { state.lives.isGone($0) }
      }
      return !gone.contains { logs.isFollowed($0) }
    }
  }
}

/// Which pod answered a request, and when, in seconds since the row's start.
struct PodAnswer: Equatable, Sendable {
  var pod: PodTimeline
  var instant: Double
}
