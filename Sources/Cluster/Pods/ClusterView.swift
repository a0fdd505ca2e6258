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
    var reports: [String: PodReport] = [:]
    var followers: [Task<Void, Never>] = []
  }

  private let kubectl: Kubectl
  private let began = MonotonicTime.now
  /// What has to be added to a node's time stamp, in seconds since 1970, to get seconds since the
  /// row's start.
  private let offset: Double
  private let state = Lock(State())

  /// - Parameter clock: how far the cluster's clock is ahead.
  init(_ kubectl: Kubectl, clock: ClockOffset) {
    self.kubectl = kubectl
    offset = -clock.seconds - WallTime.now.seconds
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
    state.withLock { $0.reports.values.reduce(into: []) { $0.formUnion($1.undelivered) } }
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

  /// The name of the pod that has been ready for the longest time and was not deleted; nil when
  /// none is.
  var longestReady: String? {
    state.withLock { state in
      state.lives.timelines.filter { $0.deletion == nil && $0.ready != nil }.min {
        ($0.ready ?? 0, $0.name) < ($1.ready ?? 0, $1.name)
      }?
      .name
    }
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
    let all = watches + state.withLock(\.followers)
    for task in all { task.cancel() }
    // When they have ended, so have their processes.
    for task in all { await task.value }
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
    let deleted = state.withLock { state in
      state.listed.insert("pods")
      switch change {
      case .all(let pods): state.pods = Dictionary(pods.map { ($0.metadata.uid, $0) }) { $1 }
      case .set(let pod): state.pods[pod.metadata.uid] = pod
      case .deleted(let pod): state.pods[pod.metadata.uid] = nil
      }
      return state.lives.apply(change, at: now)
    }
    for pod in deleted { listen(to: pod) }
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

  /// Follows the log of a pod that was deleted: its last lines go with it.
  private func listen(to pod: PodObject) {
    let uid = pod.metadata.uid
    let task = Task {
      // Without a log there is no report: the pod was too fast, and verdicts say that it reported
      // nothing.
      _ = try? await kubectl.follow(
        ["logs", pod.metadata.name, "--follow", "--tail=40"], within: .seconds(180)
      ) { [self] line in
        state.withLock { state in
          state.reports[uid, default: PodReport()].add(line, offset: offset)
          if let report = state.reports[uid] { state.lives.heard(report, of: uid) }
        }
      }
    }
    state.withLock { $0.followers.append(task) }
  }

  /// Waits until the logs of all deleted pods have come to their end, which they do when the pods
  /// are gone.
  func logsEnd() async {
    for follower in state.withLock(\.followers) { await follower.value }
  }
}
