import Testing

@testable import Comparison
@testable import Rehearsal

/// The models together, without a process: a restart of 13 pods whose containers start 1 s after
/// the pods' creation and take 3 s to warm up.
struct RehearsedRolloutTests {
  private struct Pod {
    var health: PodHealth
    var startDue: Duration?
    var listensFrom: Duration?
  }

  /// How long it takes until the Deployment is complete, and how many ready pods there were at
  /// least.
  private func restart(readiness: Probe.Timing?, seed: UInt64) throws -> (
    time: Duration, fewest: Int
  ) {
    var random = SplitMix64(seed: seed)
    let relist = Relist(phase: random.duration(below: Relist.period))
    var rollout = Rollout(replicas: 13, maxSurge: 3, maxUnavailable: 0, seed: random.next())
    var pods: [PodID: Pod] = [:]
    var pending = rollout.start(at: .zero)
    var now = Duration.zero
    var restarted: Duration?
    var fewest = Int.max
    while true {
      while !pending.isEmpty {
        guard case .create(let pod, _) = pending.removeFirst() else { continue }
        let spread = random.duration(below: .milliseconds(500))
        pods[pod] = Pod(
          health: PodHealth(readiness: readiness, liveness: nil, podCreated: now, spread: spread),
          startDue: now + .seconds(1))
      }
      if restarted != nil { fewest = min(fewest, rollout.progress.available) }
      if rollout.isComplete {
        if let restarted { return (now - restarted, fewest) }
        restarted = now
        pending = rollout.restart(at: now)
        continue
      }
      let due = pods.values.flatMap { [$0.startDue, $0.health.nextDeadline] }
      now = try #require(due.compactMap(\.self).min())
      for id in pods.keys.sorted() {
        guard var pod = pods[id] else { continue }
        if let due = pod.startDue, due <= now {
          (pod.startDue, pod.listensFrom) = (nil, now + .seconds(3))
          pod.health.containerStarted(at: now, noticed: relist.next(after: now))
        }
        var transitions = [pod.health.notice(at: now)]
        for attempt in pod.health.advance(to: now) {
          let isUp = pod.listensFrom.map { now >= $0 } ?? false
          transitions.append(pod.health.result(of: attempt, success: isUp, at: now))
        }
        pods[id] = pod
        if transitions.contains(.becameReady) {
          pending += rollout.readiness(of: id, true, at: now)
        }
      }
    }
  }

  /// The manifests' probe.
  private func readiness(_ minor: Int) -> Probe.Timing {
    Probe.Timing(
      initialDelay: .seconds(3), period: .seconds(5),
      triggerRestartsPeriod: KubernetesVersion(minor: minor).triggerRestartsPeriod)
  }

  @Test func `with readiness probes it goes in steps of the surge and no pod is missed`() throws {
    let rollouts = try (0..<50 as Range<UInt64>).map {
      try restart(readiness: readiness(36), seed: $0)
    }
    #expect(rollouts.allSatisfy { $0.fewest == 13 })
    // Nine on a cluster of that version took 31 to 39 s, 35.9 s on average.
    #expect(rollouts.allSatisfy { $0.time > .seconds(29) && $0.time < .seconds(41) })
    let mean = rollouts.reduce(Duration.zero) { $0 + $1.time } / rollouts.count
    #expect(mean > .seconds(33) && mean < .seconds(38), "\(mean)")
  }

  @Test func `before 1.32 the period counts from the creation, and rollouts are shorter`() throws {
    for seed in 0..<20 as Range<UInt64> {
      let times = try [31, 32].map { try restart(readiness: readiness($0), seed: seed).time }
      #expect(times[0] < times[1], "\(times)")
    }
  }

  @Test func `without probes it is over after a few relists, before any new pod listens`() throws {
    for seed in 0..<20 as Range<UInt64> {
      let time = try restart(readiness: nil, seed: seed).time
      #expect(time > .seconds(5) && time <= .seconds(10), "\(time)")
    }
  }
}
