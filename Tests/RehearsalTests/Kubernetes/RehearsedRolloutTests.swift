import Testing

@testable import Comparison
@testable import Rehearsal

/// The models together, without a process: a restart of 13 pods that take 3 s to warm up.
struct RehearsedRolloutTests {
  private struct Pod {
    var health: PodHealth
    let listensFrom: Duration
  }

  /// How long it takes until the Deployment is complete, and how many ready pods there were at
  /// least.
  private func restart(readiness: Probe.Timing?) throws -> (time: Duration, fewest: Int) {
    var rollout = Rollout(replicas: 13, maxSurge: 3, maxUnavailable: 0)
    var pods: [PodID: Pod] = [:]
    var pending = rollout.start(at: .zero)
    var now = Duration.zero
    var restarted: Duration?
    var fewest = Int.max
    while true {
      while !pending.isEmpty {
        guard case .create(let pod, _) = pending.removeFirst() else { continue }
        pods[pod] = Pod(
          health: PodHealth(readiness: readiness, liveness: nil, podCreated: now),
          listensFrom: now + .seconds(3))
        if pods[pod]?.health.containerStarted(at: now) == .becameReady {
          pending += rollout.readiness(of: pod, true, at: now)
        }
      }
      if restarted != nil { fewest = min(fewest, rollout.progress.available) }
      if rollout.isComplete {
        if let restarted { return (now - restarted, fewest) }
        restarted = now
        pending = rollout.restart(at: now)
        continue
      }
      now = try #require(pods.values.compactMap(\.health.nextDeadline).min())
      for pod in pods.keys.sorted() {
        for attempt in pods[pod]?.health.advance(to: now) ?? [] {
          let isUp = pods[pod].map { now >= $0.listensFrom } ?? false
          if pods[pod]?.health.result(of: attempt, success: isUp, at: now) == .becameReady {
            pending += rollout.readiness(of: pod, true, at: now)
          }
        }
      }
    }
  }

  @Test func `with readiness probes it goes in steps of the surge and no pod is missed`() throws {
    let (time, fewest) = try restart(
      readiness: .init(initialDelay: .seconds(3), period: .seconds(5)))
    #expect(time == .seconds(25))
    #expect(fewest == 13)
  }

  @Test func `without probes it is over at once, before any new pod listens`() throws {
    #expect(try restart(readiness: nil).time == .zero)
  }
}
