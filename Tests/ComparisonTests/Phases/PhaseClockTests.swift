import Testing

@testable import Comparison

struct PhaseClockTests {
  @Test func `phases follow each other as the Deployment is complete`() {
    var clock = PhaseClock(PhasePlan())
    #expect(clock.deployment(isComplete: false, at: .zero).isEmpty)
    #expect(clock.current == nil)
    #expect(clock.deployment(isComplete: true, at: .seconds(4)) == [.begin(.steady)])
    #expect(clock.nextDeadline == .seconds(9))
    #expect(clock.deployment(isComplete: true, at: .seconds(5)).isEmpty)
    #expect(clock.advance(to: .seconds(9)) == [.begin(.deploy), .restart])
    #expect(clock.deployment(isComplete: false, at: .seconds(9)).isEmpty)
    #expect(clock.deployment(isComplete: true, at: .seconds(37)).isEmpty)
    #expect(clock.nextDeadline == .seconds(40))
    #expect(clock.deployment(isComplete: true, at: .seconds(38)).isEmpty)
    #expect(clock.advance(to: .seconds(40)) == [.begin(.scaleUp), .scale(to: 20)])
    #expect(clock.deployment(isComplete: true, at: .seconds(43)).isEmpty)
    #expect(clock.advance(to: .seconds(46)) == [.begin(.scaleDown), .scale(to: 13)])
    #expect(clock.deployment(isComplete: true, at: .seconds(46)).isEmpty)
    #expect(!clock.isFinished)
    #expect(clock.nextDeadline == .seconds(49))
    #expect(clock.advance(to: .seconds(49)) == [.finish])
    #expect(clock.isFinished)
    #expect(clock.deployment(isComplete: true, at: .seconds(50)).isEmpty)
    #expect(
      clock.spans == [
        .init(phase: .steady, start: .seconds(4), end: .seconds(9)),
        .init(phase: .deploy, start: .seconds(9), end: .seconds(37)),
        .init(phase: .scaleUp, start: .seconds(40), end: .seconds(43)),
        .init(phase: .scaleDown, start: .seconds(46), end: .seconds(46)),
      ])
  }

  @Test func `one phase alone is a plan`() {
    var plan = PhasePlan()
    plan.phases = [.deploy]
    plan.settle = .seconds(1)
    var clock = PhaseClock(plan)
    #expect(clock.deployment(isComplete: true, at: .zero) == [.begin(.deploy), .restart])
    #expect(clock.deployment(isComplete: true, at: .seconds(30)).isEmpty)
    #expect(clock.current == .deploy)
    #expect(clock.advance(to: .seconds(31)) == [.finish])
  }
}
