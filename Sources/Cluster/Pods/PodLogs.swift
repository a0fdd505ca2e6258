import Comparison
import Shared

/// The logs of the service's pods, each followed from the moment in which its pod is ready: the
/// last lines of a pod that is deleted go with it.
final class PodLogs: Sendable {
  private struct State {
    var reports: [String: PodReport] = [:]
    /// Pods whose logs were followed or are to be.
    var known: Set<String> = []
    /// More than may be followed at a time.
    var waiting: [PodObject] = []
    var followers: [String: Task<Void, Never>] = [:]
    var isClosed = false
  }

  private let kubectl: Kubectl
  /// What was logged before is of no interest; in seconds since 1970 by the cluster's clock.
  private let since: Double
  private let limit: Int
  private let state = Lock(State())

  init(_ kubectl: Kubectl, since: Double, limit: Int = LogFollower.limit) {
    (self.kubectl, self.since, self.limit) = (kubectl, since, limit)
  }

  /// By the pods' ids.
  var reports: [String: PodReport] { state.withLock(\.reports) }

  /// Begins with a pod that is ready, once; where too many are followed, it waits until one has
  /// ended.
  /// - Parameters:
  ///   - isGone: whether the log of a pod can have no more lines.
  ///   - heard: called after each line with the pod's id and what it has said so far.
  func follow(
    _ pod: PodObject, isGone: @escaping @Sendable (String) -> Bool,
    heard: @escaping @Sendable (String, PodReport) -> Void
  ) {
    state.withLock { state in
      guard !state.isClosed, state.known.insert(pod.metadata.uid).inserted else { return }
      state.waiting.append(pod)
      start(&state, isGone, heard)
    }
  }

  private func start(
    _ state: inout State, _ isGone: @escaping @Sendable (String) -> Bool,
    _ heard: @escaping @Sendable (String, PodReport) -> Void
  ) {
    while state.followers.count < limit, !state.waiting.isEmpty, !state.isClosed {
      let pod = state.waiting.removeFirst()
      let uid = pod.metadata.uid
      state.followers[uid] = Task { [self] in
        let follower = LogFollower(kubectl: kubectl, pod: pod.metadata.name, since: since)
        await follower.run {
          isGone(uid)
        } line: { [self] line in
          let report = self.state.withLock { state in
            state.reports[uid, default: PodReport()].add(line)
            return state.reports[uid]
          }
          if let report { heard(uid, report) }
        }
        self.state.withLock { state in
          state.followers[uid] = nil
          start(&state, isGone, heard)
        }
      }
    }
  }

  /// Whether a pod's log is still followed, or has yet to be.
  func isFollowed(_ uid: String) -> Bool {
    state.withLock { state in
      state.followers[uid] != nil || state.waiting.contains { $0.metadata.uid == uid }
    }
  }

  /// Ends all; when it returns, so have their processes.
  func close() async {
    let followers = state.withLock { state in
      state.isClosed = true
      return Array(state.followers.values)
    }
    for follower in followers { follower.cancel() }
    for follower in followers { await follower.value }
  }
}
