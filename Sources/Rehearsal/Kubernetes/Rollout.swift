import Comparison

/// The Deployment controller with its ReplicaSets: which pods to create and which to delete.
/// A pod is available when it has been ready for `minReadySeconds`.
///
/// Terminating pods are counted nowhere, as in Kubernetes by default: a deleted pod makes room at
/// once, whatever its process still does.
struct Rollout: Sendable {
  enum Action: Equatable, Sendable {
    case create(PodID, revision: Int)
    case delete(PodID)
  }

  struct Progress: Equatable, Sendable {
    /// Pods of the newest revision that are not terminating.
    var updated = 0
    /// Those of them that are available.
    var updatedAvailable = 0
    /// Pods of any revision that are available and not terminating.
    var available = 0
    /// Pods of earlier revisions that are not terminating.
    var old = 0
    var terminating = 0
  }

  private struct Pod {
    let revision: Int
    /// At random, as those of Kubernetes.
    let uid: UInt64
    let created: Duration
    var readySince: Duration?
    var isTerminating = false
  }

  private(set) var replicas: Int
  private(set) var revision = 1
  private let maxSurge: Int
  private let maxUnavailable: Int
  private var pods: [PodID: Pod] = [:]
  private var nextNumber = 0
  private var uids: SplitMix64
  private let minReady: Duration
  /// The last instant that is known.
  private var now = Duration.zero

  /// - Parameters:
  ///   - maxSurge: pods above `replicas`, a number already.
  ///   - maxUnavailable: pods that may be missing below `replicas`, a number already. Not both may
  ///     be 0.
  ///   - minReady: how long a pod has to be ready until it is available.
  ///   - seed: of the pods' UIDs.
  init(
    replicas: Int, maxSurge: Int, maxUnavailable: Int, minReady: Duration = .zero, seed: UInt64 = 0
  ) {
    self.minReady = minReady
    uids = SplitMix64(seed: seed)
    self.replicas = replicas
    self.maxSurge = maxSurge
    self.maxUnavailable = maxUnavailable
  }

  /// The Deployment is applied: all replicas of the first revision.
  mutating func start(at now: Duration) -> [Action] { reconcile(at: now) }

  /// `kubectl rollout restart`: what runs becomes old.
  mutating func restart(at now: Duration) -> [Action] {
    revision += 1
    return reconcile(at: now)
  }

  /// `kubectl scale`.
  mutating func scale(to replicas: Int, at now: Duration) -> [Action] {
    self.replicas = replicas
    return reconcile(at: now)
  }

  /// Time has come this far: pods may have become available.
  mutating func advance(to now: Duration) -> [Action] {
    guard let due = nextDeadline, due <= now else { return [] }
    return reconcile(at: now)
  }

  /// The next instant at which a pod becomes available by the mere time.
  var nextDeadline: Duration? {
    guard minReady > .zero else { return nil }
    return pods.values.compactMap { pod in
      pod.isTerminating ? nil : pod.readySince.map { $0 + minReady }
    }
    .filter { $0 > now }.min()
  }

  private func isAvailable(_ pod: Pod) -> Bool {
    pod.readySince.map { $0 + minReady <= now } ?? false
  }

  private func isAvailable(_ id: PodID) -> Bool { pods[id].map { isAvailable($0) } ?? false }

  /// A pod became ready, or not ready any more.
  mutating func readiness(of pod: PodID, _ isReady: Bool, at now: Duration) -> [Action] {
    guard let known = pods[pod], (known.readySince != nil) != isReady else { return [] }
    pods[pod]?.readySince = isReady ? now : nil
    return reconcile(at: now)
  }

  /// A pod is gone: its last process has ended and it will not be restarted.
  mutating func ended(_ pod: PodID, at now: Duration) -> [Action] {
    pods[pod] = nil
    return reconcile(at: now)
  }

  /// Every replica is of the newest revision and available, and no old pod is left that is not
  /// terminating.
  var isComplete: Bool {
    let progress = progress
    return progress.updated == replicas && progress.available == replicas && progress.old == 0
  }

  var progress: Progress {
    var progress = Progress()
    for pod in pods.values {
      if pod.isTerminating {
        progress.terminating += 1
        continue
      }
      if pod.revision == revision { progress.updated += 1 } else { progress.old += 1 }
      guard isAvailable(pod) else { continue }
      progress.available += 1
      if pod.revision == revision { progress.updatedAvailable += 1 }
    }
    return progress
  }

  /// What the controller does over several passes of its loop, up before down, until nothing is
  /// left to do.
  private mutating func reconcile(at now: Duration) -> [Action] {
    self.now = max(self.now, now)
    var actions: [Action] = []
    while true {
      let up = scaleNewUp(at: now)
      let down = up.isEmpty ? scaleDown(at: now) : []
      guard !(up.isEmpty && down.isEmpty) else { return actions }
      actions += up + down
    }
  }

  private mutating func scaleNewUp(at now: Duration) -> [Action] {
    let progress = progress
    let room = replicas + maxSurge - progress.updated - progress.old
    let count = min(room, replicas - progress.updated)
    guard count > 0 else { return [] }
    return (0..<count).map { _ in
      let pod = PodID(nextNumber)
      nextNumber += 1
      pods[pod] = Pod(revision: revision, uid: uids.next(), created: now)
      return .create(pod, revision: revision)
    }
  }

  private mutating func scaleDown(at now: Duration) -> [Action] {
    let progress = progress
    if progress.updated > replicas {
      return delete(progress.updated - replicas, of: active { $0 == revision }, at: now)
    }
    guard progress.old > 0 else { return [] }

    // Old pods that are not available go first: that makes nothing worse, and they would block the
    // rollout.
    let required = replicas - maxUnavailable
    let newUnavailable = active { $0 == revision }.count { !isAvailable($0) }
    let limit = progress.updated + progress.old - required - newUnavailable
    guard limit > 0 else { return [] }
    let unhealthy = active { $0 != revision }.filter { !isAvailable($0) }
    let cleaned = delete(min(limit, unhealthy.count), of: unhealthy, at: now)

    // Then as many as can be missed, the oldest revision first.
    var spare = progress.available - required
    var deleted: [Action] = []
    for old in Set(pods.values.map(\.revision)).filter({ $0 != revision }).sorted() where spare > 0
    {
      let chosen = delete(spare, of: active { $0 == old }, at: now)
      spare -= chosen.count
      deleted += chosen
    }
    return cleaned + deleted
  }

  private func active(where isIncluded: (_ revision: Int) -> Bool) -> [PodID] {
    pods.filter { !$0.value.isTerminating && isIncluded($0.value.revision) }.map(\.key)
  }

  /// Marks up to `count` of the pods as terminating, in the order of `precedes`.
  private mutating func delete(_ count: Int, of candidates: [PodID], at now: Duration) -> [Action] {
    let ordered = candidates.sorted { one, other in
      guard let first = pods[one], let second = pods[other] else { return one > other }
      return Self.precedes(first, second, at: now)
    }
    return ordered.prefix(max(0, count)).map { pod in
      pods[pod]?.isTerminating = true
      return .delete(pod)
    }
  }

  /// Whether a pod is deleted before another (`ActivePodsWithRanks.Less` in pkg/controller, with
  /// `LogarithmicScaleDown`): pods that are not ready first, the newest of them first; then those
  /// that have been ready for less time. Times are compared by the power of two that they reach,
  /// and the UID decides between equals, so that it is not always the same pod's node that is
  /// emptied.
  private static func precedes(_ one: Pod, _ other: Pod, at now: Duration) -> Bool {
    let times: (Duration, Duration)
    switch (one.readySince, other.readySince) {
    case (nil, .some): return true
    case (.some, nil): return false
    case (.some(let since), .some(let otherSince)): times = (since, otherSince)
    case (nil, nil): times = (one.created, other.created)
    }
    let ranks = (rank(now - times.0), rank(now - times.1))
    return ranks.0 == ranks.1 ? one.uid < other.uid : ranks.0 < ranks.1
  }

  /// The power of two that a time in nanoseconds reaches; -1 for none.
  private static func rank(_ time: Duration) -> Int {
    let nanoseconds = Int64(time / .nanoseconds(1))
    return nanoseconds > 0 ? Int64.bitWidth - 1 - nanoseconds.leadingZeroBitCount : -1
  }
}
