import Testing

@testable import Comparison
@testable import Rehearsal

struct EndpointsPathTests {
  private let ready = EndpointTable.Conditions(isServing: true, isTerminating: false)
  private let terminating = EndpointTable.Conditions(isServing: true, isTerminating: true)
  private let failing = EndpointTable.Conditions(isServing: false, isTerminating: false)

  @Test func `the first change after quiet is written after 0.1 s`() {
    var path = EndpointsPath(seed: 1)
    path.update(PodID(0), ready, at: .seconds(5))
    #expect(path.nextDeadline == .milliseconds(5100))
    #expect(path.advance(to: .milliseconds(5099)).isEmpty)
    #expect(path.pick() == nil)
    #expect(
      path.advance(to: .milliseconds(5100)) == [
        .init(pod: PodID(0), effect: .entered, instant: .milliseconds(5100))
      ])
    #expect(path.pick() == PodID(0))
    #expect(path.nextDeadline == nil)
  }

  @Test
  func
    `the next write comes not before one second after the last, with all changes heard until then`()
  {
    var path = EndpointsPath(seed: 1)
    path.update(PodID(0), ready, at: .zero)
    _ = path.advance(to: .milliseconds(100))
    path.update(PodID(1), ready, at: .milliseconds(150))
    path.update(PodID(0), terminating, at: .milliseconds(900))
    // Too late for the write at 1.1 s, since a change travels 0.1 s.
    path.update(PodID(2), ready, at: .milliseconds(1050))
    #expect(path.nextDeadline == .milliseconds(1100))
    let changes = path.advance(to: .seconds(3))
    #expect(
      changes == [
        .init(pod: PodID(1), effect: .entered, instant: .milliseconds(1100)),
        .init(pod: PodID(0), effect: .left, instant: .milliseconds(1100)),
        .init(pod: PodID(2), effect: .entered, instant: .milliseconds(2100)),
      ])
  }

  @Test(arguments: [(33, [1100, 1600, 2100]), (34, [1100, 2100, 2100])])
  func `before 1.34 two writes may follow each other at once after a quiet spell`(
    minor: Int, instants: [Int]
  ) {
    var path = EndpointsPath(lag: .kubeProxy(KubernetesVersion(minor: minor)), seed: 1)
    var changes: [EndpointsPath.Change] = []
    for (pod, update) in [1000, 1500, 1700].enumerated() {
      path.update(PodID(pod), ready, at: .milliseconds(update))
      changes += path.advance(to: .milliseconds(update))
    }
    changes += path.advance(to: .seconds(10))
    #expect(changes.map(\.instant) == instants.map { .milliseconds($0) })
  }

  @Test func `a deletion's lag lies between 0.1 and 1.1 s`() {
    var path = EndpointsPath(seed: 1)
    var generator = SplitMix64(seed: 7)
    var now = Duration.zero
    var deletions: [PodID: Duration] = [:]
    for number in 0..<200 { path.update(PodID(number), ready, at: .zero) }
    for number in 0..<200 {
      now += generator.duration(below: .milliseconds(400))
      path.update(PodID(number), terminating, at: now)
      deletions[PodID(number)] = now
    }
    let changes = path.advance(to: now + .seconds(2))
    let lags = changes.filter { $0.effect == .left }.compactMap { change in
      deletions[change.pod].map { change.instant - $0 }
    }
    #expect(lags.count == 200)
    #expect(lags.allSatisfy { $0 >= .milliseconds(100) && $0 <= .milliseconds(1100) })
    #expect(lags.contains { $0 > .milliseconds(900) })
  }

  @Test func `a change that is taken back before the write is never seen`() {
    var path = EndpointsPath(seed: 1)
    path.update(PodID(0), ready, at: .zero)
    _ = path.advance(to: .milliseconds(100))
    path.update(PodID(1), ready, at: .milliseconds(200))
    path.update(PodID(1), failing, at: .milliseconds(210))
    #expect(path.advance(to: .seconds(2)).isEmpty)
  }

  @Test func `repeating what is known causes no write`() {
    var path = EndpointsPath(seed: 1)
    path.update(PodID(0), ready, at: .zero)
    _ = path.advance(to: .seconds(1))
    path.update(PodID(0), ready, at: .seconds(2))
    #expect(path.nextDeadline == nil)
  }

  @Test func `a lag of its own replaces the writes`() {
    var path = EndpointsPath(lag: .fixed(lag: .seconds(2), jitter: .zero), seed: 1)
    path.update(PodID(0), ready, at: .zero)
    path.update(PodID(1), ready, at: .milliseconds(300))
    #expect(path.advance(to: .seconds(2)).map(\.pod) == [PodID(0)])
    #expect(path.advance(to: .seconds(3)).map(\.instant) == [.milliseconds(2300)])
  }

  @Test
  func `jitter spreads the lag, is repeatable by its seed, and never reorders one pod's changes`() {
    func log(seed: UInt64) -> [EndpointsPath.Change] {
      var path = EndpointsPath(
        lag: .fixed(lag: .milliseconds(50), jitter: .milliseconds(100)), seed: seed)
      for number in 0..<50 {
        path.update(PodID(number), ready, at: .seconds(number))
        path.update(PodID(number), failing, at: .seconds(number) + .milliseconds(30))
      }
      return path.advance(to: .seconds(100))
    }
    let one = log(seed: 3)
    #expect(one == log(seed: 3))
    #expect(one != log(seed: 4))
    for number in 0..<50 {
      // Both fall together when the first took longer by as much as the second came later.
      let kinds = one.filter { $0.pod == PodID(number) }.map(\.effect)
      #expect(kinds == [.entered, .left] || kinds.isEmpty)
    }
    let lags = one.filter { $0.effect == .entered }.map { $0.instant - .seconds($0.pod.number) }
    #expect(lags.allSatisfy { $0 >= .milliseconds(50) && $0 < .milliseconds(150) })
    #expect(Set(lags).count > 10)
  }

  @Test
  func
    `with no ready endpoint new connections go to terminating pods that serve, if any does`()
  {
    var path = EndpointsPath(lag: .fixed(lag: .zero, jitter: .zero), seed: 1)
    path.update(PodID(0), ready, at: .zero)
    path.update(PodID(1), terminating, at: .zero)
    _ = path.advance(to: .zero)
    #expect((0..<50).allSatisfy { _ in path.pick() == PodID(0) })
    path.update(PodID(0), failing, at: .seconds(1))
    _ = path.advance(to: .seconds(1))
    #expect((0..<50).allSatisfy { _ in path.pick() == PodID(1) })
    path.update(PodID(1), .init(isServing: false, isTerminating: true), at: .seconds(2))
    _ = path.advance(to: .seconds(2))
    #expect(path.pick() == nil)
  }

  @Test func `a pod that is gone is gone from the table`() {
    var path = EndpointsPath(lag: .fixed(lag: .zero, jitter: .zero), seed: 1)
    path.update(PodID(0), terminating, at: .zero)
    _ = path.advance(to: .zero)
    #expect(path.pick() == PodID(0))
    path.update(PodID(0), nil, at: .seconds(1))
    _ = path.advance(to: .seconds(1))
    #expect(path.pick() == nil)
  }

  @Test func `picks are evenly spread and do not change the lags`() {
    var path = EndpointsPath(lag: .fixed(lag: .zero, jitter: .milliseconds(10)), seed: 9)
    for number in 0..<10 { path.update(PodID(number), ready, at: .zero) }
    _ = path.advance(to: .seconds(1))
    var quiet = path
    var counts: [PodID: Int] = [:]
    for _ in 0..<10_000 { if let pod = path.pick() { counts[pod, default: 0] += 1 } }
    #expect(counts.count == 10)
    #expect(counts.values.allSatisfy { (800...1200).contains($0) })
    path.update(PodID(0), nil, at: .seconds(2))
    quiet.update(PodID(0), nil, at: .seconds(2))
    #expect(path.nextDeadline == quiet.nextDeadline)
  }

  @Test func `SplitMix64 gives the numbers of its definition`() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      [generator.next(), generator.next(), generator.next()] == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
