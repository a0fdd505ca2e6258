import Testing

@testable import Comparison
@testable import Rehearsal

struct RolloutTests {
  /// A Deployment whose pods are all ready, with those of the first revision.
  private func running(_ replicas: Int, surge: Int = 3, unavailable: Int = 0) -> (Rollout, [PodID])
  {
    var rollout = Rollout(replicas: replicas, maxSurge: surge, maxUnavailable: unavailable)
    let pods = created(rollout.start(at: .zero))
    for pod in pods { _ = rollout.readiness(of: pod, true, at: .seconds(1)) }
    return (rollout, pods)
  }

  private func created(_ actions: [Rollout.Action]) -> [PodID] {
    actions.compactMap { if case .create(let pod, _) = $0 { pod } else { nil } }
  }

  private func deleted(_ actions: [Rollout.Action]) -> [PodID] {
    actions.compactMap { if case .delete(let pod) = $0 { pod } else { nil } }
  }

  @Test func `the first revision starts whole`() {
    var rollout = Rollout(replicas: 3, maxSurge: 1, maxUnavailable: 0)
    #expect(rollout.start(at: .zero) == (0..<3).map { .create(PodID($0), revision: 1) })
    #expect(!rollout.isComplete)
    for pod in 0..<3 { #expect(rollout.readiness(of: PodID(pod), true, at: .seconds(1)).isEmpty) }
    #expect(rollout.isComplete)
  }

  @Test func `a restart creates the surge and deletes nothing before a new pod is available`() {
    var (rollout, _) = running(13)
    let actions = rollout.restart(at: .seconds(2))
    #expect(actions == (13..<16).map { .create(PodID($0), revision: 2) })
    #expect(rollout.progress == .init(updated: 3, available: 13, old: 13, terminating: 0))
  }

  @Test func `an old pod goes as each new one is available, and makes room for the next`() {
    var (rollout, _) = running(13)
    _ = rollout.restart(at: .seconds(2))
    let actions = rollout.readiness(of: PodID(13), true, at: .seconds(3))
    #expect(deleted(actions).count == 1)
    #expect(created(actions) == [PodID(16)])
    #expect(rollout.progress.terminating == 1)
  }

  @Test
  func
    `a rolling restart replaces all pods, and keeps between the replicas and the surge`()
  {
    var (rollout, old) = running(13)
    var waiting = created(rollout.restart(at: .seconds(2)))
    var gone: Set<PodID> = []
    var now = Duration.seconds(2)
    while let pod = waiting.first {
      waiting.removeFirst()
      now += .seconds(1)
      let actions = rollout.readiness(of: pod, true, at: now)
      waiting += created(actions)
      gone.formUnion(deleted(actions))
      let progress = rollout.progress
      #expect(progress.available >= 13)
      #expect(progress.updated + progress.old <= 16)
    }
    #expect(gone == Set(old))
    #expect(rollout.isComplete)
    #expect(
      rollout.progress
        == .init(updated: 13, updatedAvailable: 13, available: 13, old: 0, terminating: 13))
  }

  @Test func `complete does not wait for terminating pods`() {
    var (rollout, _) = running(1, surge: 1)
    _ = rollout.restart(at: .seconds(2))
    #expect(!rollout.isComplete)
    #expect(rollout.readiness(of: PodID(1), true, at: .seconds(3)) == [.delete(PodID(0))])
    #expect(rollout.isComplete)
    #expect(rollout.ended(PodID(0), at: .seconds(33)).isEmpty)
    #expect(rollout.progress.terminating == 0)
  }

  @Test func `what may be unavailable is deleted at once`() {
    var (rollout, _) = running(10, surge: 0, unavailable: 2)
    let actions = rollout.restart(at: .seconds(2))
    #expect(deleted(actions).count == 2)
    #expect(created(actions).count == 2)
  }

  @Test func `unavailable new pods hold back the deletion of old ones`() {
    // The example in Kubernetes' own source: 10 replicas, 2 may be missing, 3 above; the new pods
    // never become available.
    var (rollout, _) = running(10, surge: 3, unavailable: 2)
    let actions = rollout.restart(at: .seconds(2))
    #expect(deleted(actions).count == 2)
    #expect(created(actions).count == 5)
    #expect(rollout.progress == .init(updated: 5, available: 8, old: 8, terminating: 2))
    // An old one that fails now is not cleaned up: 13 - 8 - 5 is 0.
    let failing = PodID(0)
    #expect(rollout.readiness(of: failing, false, at: .seconds(3)).isEmpty)
  }

  @Test func `unhealthy old pods go first`() {
    var (rollout, old) = running(4, surge: 1)
    _ = rollout.readiness(of: old[2], false, at: .seconds(2))
    let actions = rollout.restart(at: .seconds(3))
    // One new pod fits in; the unhealthy pod's place is taken as well, since its deletion makes
    // nothing worse.
    #expect(deleted(actions).isEmpty)
    #expect(deleted(rollout.readiness(of: created(actions)[0], true, at: .seconds(4))) == [old[2]])
  }

  @Test func `scaling up creates all at once`() {
    var (rollout, _) = running(13)
    #expect(created(rollout.scale(to: 20, at: .seconds(5))).count == 7)
    #expect(!rollout.isComplete)
  }

  @Test
  func
    `scaling down takes pods that are not ready first, then those ready for less time`()
  {
    var rollout = Rollout(replicas: 5, maxSurge: 1, maxUnavailable: 0)
    _ = rollout.start(at: .zero)
    _ = rollout.readiness(of: PodID(0), true, at: .seconds(9))
    _ = rollout.readiness(of: PodID(1), true, at: .seconds(1))
    _ = rollout.readiness(of: PodID(2), true, at: .seconds(1))
    _ = rollout.readiness(of: PodID(3), true, at: .seconds(1))
    // 4 is not ready at all.
    #expect(
      rollout.scale(to: 3, at: .seconds(10)) == [.delete(PodID(4)), .delete(PodID(0))])
    #expect(rollout.isComplete)
  }

  @Test func `times of the same power of two are equal, and the UID decides`() {
    func first(seed: UInt64, ready: [Int], at now: Int) -> PodID? {
      var rollout = Rollout(
        replicas: ready.count, maxSurge: 1, maxUnavailable: 0, seed: seed)
      _ = rollout.start(at: .zero)
      for (pod, since) in ready.enumerated() {
        _ = rollout.readiness(of: PodID(pod), true, at: .seconds(since))
      }
      return deleted(rollout.scale(to: ready.count - 1, at: .seconds(now))).first
    }
    // 2^34 ns are 17.2 s: 20 s and 30 s are alike, 10 s are not.
    #expect(Set((0..<20).map { first(seed: $0, ready: [10, 0], at: 30) }) == [PodID(0), PodID(1)])
    #expect(Set((0..<20).map { first(seed: $0, ready: [0, 20], at: 30) }) == [PodID(1)])
  }

  @Test func `a pod that ends without being deleted is replaced`() {
    var (rollout, _) = running(2)
    #expect(rollout.ended(PodID(1), at: .seconds(4)) == [.create(PodID(2), revision: 1)])
  }

  @Test func `a terminating pod's readiness changes nothing`() {
    var (rollout, _) = running(2)
    let gone = deleted(rollout.scale(to: 1, at: .seconds(4)))
    #expect(gone.count == 1)
    #expect(rollout.readiness(of: gone[0], false, at: .seconds(5)).isEmpty)
    #expect(rollout.isComplete)
  }

  @Test func `a second restart during the first takes pods of both old revisions`() {
    var (rollout, first) = running(2, surge: 1)
    let second = created(rollout.restart(at: .seconds(2)))
    // No room for a third revision, but the second's pod is not available and may go.
    let actions = rollout.restart(at: .seconds(3))
    #expect(deleted(actions) == second)
    let third = created(actions)
    #expect(third.count == 1)
    let last = deleted(rollout.readiness(of: third[0], true, at: .seconds(4)))
    #expect(last.count == 1 && first.contains(last[0]))
  }

  @Test func `a pod is available, and makes room for the next, when it was ready for long enough`()
  {
    var rollout = Rollout(replicas: 1, maxSurge: 1, maxUnavailable: 0, minReady: .seconds(10))
    let first = created(rollout.start(at: .zero))
    #expect(rollout.readiness(of: first[0], true, at: .seconds(1)).isEmpty)
    #expect(!rollout.isComplete && rollout.nextDeadline == .seconds(11))
    #expect(rollout.advance(to: .seconds(11)).isEmpty)
    #expect(rollout.isComplete && rollout.nextDeadline == nil)
    let next = created(rollout.restart(at: .seconds(20)))
    // Not ready for a moment: the time counts anew.
    _ = rollout.readiness(of: next[0], true, at: .seconds(21))
    _ = rollout.readiness(of: next[0], false, at: .seconds(25))
    _ = rollout.readiness(of: next[0], true, at: .seconds(26))
    #expect(rollout.advance(to: .seconds(31)).isEmpty)
    #expect(rollout.advance(to: .seconds(36)) == [.delete(first[0])])
    #expect(rollout.isComplete)
  }
}
