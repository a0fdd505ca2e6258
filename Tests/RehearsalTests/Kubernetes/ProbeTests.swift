import Testing

@testable import Comparison
@testable import Rehearsal

struct ProbeTests {
  /// Asks at every tick until an attempt is made; the instant and the attempt.
  private func nextAttempt(_ probe: inout Probe) throws -> (Duration, Probe.Attempt) {
    for _ in 0..<100 {
      let due = try #require(probe.nextTick)
      if let attempt = probe.tick(at: due) { return (due, attempt) }
    }
    throw NoAttempt()
  }

  /// The attempt that is made at this instant.
  private func attempt(_ probe: inout Probe, at now: Duration) throws -> Probe.Attempt {
    guard let attempt = probe.tick(at: now) else { throw NoAttempt() }
    return attempt
  }

  private struct NoAttempt: Error {}

  private func readiness(
    delay: Int = 3, period: Int = 5, success: Int = 1, failure: Int = 3, created: Duration = .zero,
    started: Duration = .zero
  ) -> Probe {
    let timing = Probe.Timing(
      initialDelay: .seconds(delay), period: .seconds(period), timeout: .seconds(1),
      successThreshold: success, failureThreshold: failure)
    var probe = Probe(.readiness, timing, firstTick: created)
    probe.containerStarted(at: started)
    return probe
  }

  @Test
  func
    `ticks before the initial delay are skipped: the first attempt is on the grid of the creation`()
    throws
  {
    var probe = readiness(created: .milliseconds(200), started: .milliseconds(300))
    let (instant, attempt) = try nextAttempt(&probe)
    #expect(instant == .milliseconds(5200))
    #expect(attempt == .init(kind: .readiness, number: 1, deadline: .milliseconds(6200)))
  }

  @Test(arguments: [(50, 5), (950, 5), (1050, 10)])
  func `the delay counts from the second in which the container started`(
    started: Int, first: Int
  ) throws {
    var probe = readiness(delay: 5, started: .milliseconds(started))
    let (instant, _) = try nextAttempt(&probe)
    #expect(instant == .seconds(first))
  }

  @Test(arguments: [(30, 10), (31, 10), (32, 12), (36, 12)])
  func `a container that is noticed is probed at once, from 1.32 on the period counts from then`(
    minor: Int, next: Int
  ) throws {
    var timing = Probe.Timing(initialDelay: .zero, period: .seconds(10))
    timing.triggerRestartsPeriod = KubernetesVersion(minor: minor).triggerRestartsPeriod
    var probe = Probe(.readiness, timing, firstTick: .zero)
    probe.containerStarted(at: .milliseconds(1200))
    #expect(probe.nextTick == .seconds(10))
    probe.containerNoticed(at: .seconds(2))
    #expect(probe.nextTick == .seconds(2))
    let first = try attempt(&probe, at: .seconds(2))
    #expect(probe.result(of: first, success: false, at: .milliseconds(2001)) == nil)
    #expect(probe.nextTick == .seconds(next))
  }

  @Test func `a container noticed before its initial delay is not asked, but the period is moved`()
    throws
  {
    var probe = readiness(started: .milliseconds(1200))
    probe.containerNoticed(at: .seconds(2))
    let (instant, _) = try nextAttempt(&probe)
    #expect(instant == .seconds(7))
  }

  @Test func `the kubelet triggers readiness only`() {
    var probe = Probe(.liveness, .init(), firstTick: .zero)
    probe.containerStarted(at: .milliseconds(1))
    probe.containerNoticed(at: .seconds(2))
    #expect(probe.nextTick == .seconds(10))
  }

  @Test func `the first success makes ready, the third failure in a row makes unready`() throws {
    var probe = readiness()
    var (now, attempt) = try nextAttempt(&probe)
    #expect(probe.result(of: attempt, success: true, at: now) == .becameReady)
    for expected in [nil, nil, Probe.Transition.becameUnready] {
      (now, attempt) = try nextAttempt(&probe)
      #expect(probe.result(of: attempt, success: false, at: now) == expected)
    }
    #expect(!probe.passes)
    #expect(now == .seconds(20))
  }

  @Test func `a success between failures starts their count again`() throws {
    var probe = readiness()
    var transitions: [Probe.Transition] = []
    for success in [true, false, false, true, false, false, true] {
      let (now, attempt) = try nextAttempt(&probe)
      if let transition = probe.result(of: attempt, success: success, at: now) {
        transitions.append(transition)
      }
    }
    #expect(transitions == [.becameReady])
  }

  @Test func `the success threshold counts successes in a row`() throws {
    var probe = readiness(success: 2)
    var (now, attempt) = try nextAttempt(&probe)
    #expect(probe.result(of: attempt, success: true, at: now) == nil)
    (now, attempt) = try nextAttempt(&probe)
    #expect(probe.result(of: attempt, success: true, at: now) == .becameReady)
  }

  @Test func `an attempt that outlasts ticks is followed by one at once, then the grid goes on`()
    throws
  {
    var probe = readiness(delay: 0, period: 1)
    let first = try attempt(&probe, at: .zero)
    #expect(probe.nextTick == nil)
    #expect(probe.tick(at: .seconds(1)) == nil)
    _ = probe.result(of: first, success: true, at: .milliseconds(3500))
    #expect(try #require(probe.nextTick) <= .milliseconds(3500))
    let next = try attempt(&probe, at: .milliseconds(3500))
    _ = probe.result(of: next, success: true, at: .milliseconds(3501))
    #expect(probe.nextTick == .seconds(4))
  }

  @Test func `a quick answer leaves the grid as it is`() throws {
    var probe = readiness(delay: 0, period: 1)
    let first = try attempt(&probe, at: .zero)
    _ = probe.result(of: first, success: true, at: .milliseconds(5))
    #expect(probe.nextTick == .seconds(1))
  }

  @Test func `a restarted container is not ready, and its delay counts from its own start`() throws
  {
    var probe = readiness()
    let (now, attempt) = try nextAttempt(&probe)
    _ = probe.result(of: attempt, success: true, at: now)
    #expect(probe.containerExited(at: .seconds(8)) == .becameUnready)
    #expect(probe.nextTick == nil)
    probe.containerStarted(at: .seconds(8))
    #expect(!probe.passes)
    // The tick at 10 s is 2 s after the start: too early.
    let (instant, _) = try nextAttempt(&probe)
    #expect(instant == .seconds(15))
  }

  @Test func `the answer to an attempt of the container before does not count`() throws {
    var probe = readiness()
    let (_, attempt) = try nextAttempt(&probe)
    _ = probe.containerExited(at: .seconds(5))
    probe.containerStarted(at: .seconds(5))
    #expect(probe.result(of: attempt, success: true, at: .seconds(6)) == nil)
    #expect(!probe.passes)
  }

  @Test func `liveness fails once, and not again before there is a new container`() throws {
    var probe = Probe(
      .liveness, .init(initialDelay: .seconds(10), period: .seconds(5)), firstTick: .zero)
    probe.containerStarted(at: .zero)
    #expect(probe.passes)
    var transition: Probe.Transition?
    var last = Duration.zero
    while transition == nil {
      let (now, attempt) = try nextAttempt(&probe)
      transition = probe.result(of: attempt, success: false, at: now)
      last = now
    }
    #expect(transition == .livenessFailed)
    #expect(last == .seconds(20))
    #expect(probe.nextTick == nil)
    _ = probe.containerExited(at: .seconds(50))
    probe.containerStarted(at: .seconds(50))
    #expect(probe.passes)
    let (instant, _) = try nextAttempt(&probe)
    #expect(instant == .seconds(60))
  }

  @Test func `after deletion liveness stops and readiness goes on`() throws {
    var health = PodHealth(
      readiness: .init(period: .seconds(5)), liveness: .init(period: .seconds(5)), podCreated: .zero
    )
    health.containerStarted(at: .zero, noticed: .zero)
    #expect(health.notice(at: .zero) == nil)
    let first = health.advance(to: .zero)
    #expect(first.map(\.kind) == [.readiness, .liveness])
    #expect(health.result(of: first[0], success: false, at: .milliseconds(1)) == nil)
    health.podDeleted(at: .milliseconds(1))
    #expect(health.result(of: first[1], success: false, at: .milliseconds(1)) == nil)
    #expect(health.nextDeadline == .seconds(5))
    let second = health.advance(to: .seconds(5))
    #expect(second.map(\.kind) == [.readiness])
    #expect(health.result(of: second[0], success: true, at: .seconds(5)) == .becameReady)
    #expect(health.isReady)
  }

  @Test func `without a readiness probe a pod is ready once the kubelet notices its container`() {
    var health = PodHealth(readiness: nil, liveness: nil, podCreated: .zero)
    #expect(!health.isReady)
    health.containerStarted(at: .zero, noticed: .milliseconds(300))
    #expect(health.nextDeadline == .milliseconds(300))
    #expect(health.notice(at: .milliseconds(299)) == nil)
    #expect(!health.isReady)
    #expect(health.notice(at: .milliseconds(300)) == .becameReady)
    #expect(health.isReady)
    #expect(health.nextDeadline == nil)
    #expect(health.containerExited(at: .seconds(1)) == .becameUnready)
    #expect(!health.isReady)
  }

  @Test func `nothing is probed once the pod is over`() {
    var health = PodHealth(
      readiness: .init(), liveness: .init(), podCreated: .zero, spread: .milliseconds(7))
    health.containerStarted(at: .zero, noticed: .seconds(1))
    #expect(health.nextDeadline == .milliseconds(7))
    health.podEnded()
    #expect(health.nextDeadline == nil)
    #expect(health.advance(to: .seconds(60)).isEmpty)
  }
}
