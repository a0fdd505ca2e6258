import Testing

@testable import Comparison

struct PhaseClockTests {
  /// The Deployment is complete, and no pod is terminating.
  private func complete(_ clock: inout PhaseClock, at seconds: Int, isQuiet: Bool = true)
    -> [PhaseClock.Action]
  {
    clock.deployment(isComplete: true, isQuiet: isQuiet, at: .seconds(seconds))
  }

  @Test func `phases follow each other as the Deployment is complete`() {
    var clock = PhaseClock(PhasePlan())
    #expect(clock.deployment(isComplete: false, isQuiet: true, at: .zero).isEmpty)
    #expect(clock.current == nil)
    #expect(complete(&clock, at: 4) == [.begin(.steady)])
    #expect(clock.nextDeadline == .seconds(9))
    #expect(complete(&clock, at: 5).isEmpty)
    #expect(clock.advance(to: .seconds(9)) == [.begin(.deploy), .restart])
    #expect(clock.deployment(isComplete: false, isQuiet: false, at: .seconds(9)).isEmpty)
    #expect(complete(&clock, at: 37).isEmpty)
    #expect(clock.nextDeadline == .seconds(40))
    #expect(complete(&clock, at: 38).isEmpty)
    #expect(clock.advance(to: .seconds(40)) == [.begin(.scaleUp), .scale(to: 20)])
    #expect(complete(&clock, at: 43).isEmpty)
    #expect(clock.advance(to: .seconds(46)) == [.begin(.scaleDown), .scale(to: 13)])
    #expect(complete(&clock, at: 46).isEmpty)
    #expect(!clock.isFinished)
    #expect(clock.nextDeadline == .seconds(49))
    #expect(clock.advance(to: .seconds(49)) == [.finish])
    #expect(clock.isFinished)
    #expect(complete(&clock, at: 50).isEmpty)
    #expect(
      clock.spans == [
        .init(phase: .steady, start: .seconds(4), end: .seconds(9)),
        .init(phase: .deploy, start: .seconds(9), end: .seconds(37)),
        .init(phase: .scaleUp, start: .seconds(40), end: .seconds(43)),
        .init(phase: .scaleDown, start: .seconds(46), end: .seconds(46)),
      ])
  }

  private func plan(_ phase: Phase) -> PhasePlan {
    var plan = PhasePlan()
    plan.phases = [phase]
    plan.settle = .seconds(1)
    return plan
  }

  @Test func `one phase alone is a plan`() {
    var clock = PhaseClock(plan(.deploy))
    #expect(complete(&clock, at: 0) == [.begin(.deploy), .restart])
    #expect(complete(&clock, at: 30).isEmpty)
    #expect(clock.current == .deploy)
    #expect(clock.advance(to: .seconds(31)) == [.finish])
  }

  @Test func `a phase settles until its terminating pods have exited`() {
    var clock = PhaseClock(plan(.scaleDown))
    #expect(complete(&clock, at: 0) == [.begin(.scaleDown), .scale(to: 13)])
    #expect(complete(&clock, at: 0, isQuiet: false).isEmpty)
    #expect(clock.advance(to: .seconds(5)).isEmpty)
    #expect(complete(&clock, at: 7, isQuiet: true) == [.finish])
  }

  @Test func `terminating pods are waited for no longer than their grace period`() {
    var clock = PhaseClock(plan(.scaleDown))
    #expect(complete(&clock, at: 0) == [.begin(.scaleDown), .scale(to: 13)])
    #expect(complete(&clock, at: 0, isQuiet: false).isEmpty)
    #expect(clock.nextDeadline == .seconds(30))
    #expect(clock.advance(to: .seconds(30)) == [.finish])
  }

  @Test func `a scale-up settles until clients have come to its pods`() {
    var plan = plan(.scaleUp)
    plan.mingle = .seconds(10)
    var clock = PhaseClock(plan)
    #expect(complete(&clock, at: 0) == [.begin(.scaleUp), .scale(to: 20)])
    #expect(complete(&clock, at: 7).isEmpty)
    #expect(clock.nextDeadline == .seconds(17))
  }

  @Test func `pods that exit at once do not shorten the time to settle`() {
    var clock = PhaseClock(plan(.deploy))
    #expect(complete(&clock, at: 0) == [.begin(.deploy), .restart])
    #expect(complete(&clock, at: 30, isQuiet: false).isEmpty)
    #expect(complete(&clock, at: 30, isQuiet: true).isEmpty)
    #expect(clock.nextDeadline == .seconds(31))
  }
}
