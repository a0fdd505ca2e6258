import Testing

@testable import Comparison
@testable import Rehearsal

struct StartupProbeTests {
  private func health(failures: Int = 3, readiness: Probe.Timing? = .init()) -> PodHealth {
    var startup = Probe.Timing()
    startup.period = .seconds(2)
    startup.failureThreshold = failures
    var health = PodHealth(
      startup: startup, readiness: readiness, liveness: .init(), podCreated: .zero)
    health.containerStarted(at: .zero, noticed: .zero)
    return health
  }

  @Test func `readiness and liveness wait for the startup probe, then begin on their ticks`() {
    var health = health()
    #expect(health.notice(at: .zero) == nil)
    let first = health.advance(to: .zero)
    #expect(first.map(\.kind) == [.startup])
    #expect(health.result(of: first[0], success: false, at: .zero) == nil)
    #expect(health.nextDeadline == .seconds(2))
    let second = health.advance(to: .seconds(2))
    #expect(health.result(of: second[0], success: true, at: .seconds(2)) == .started)
    #expect(!health.isReady)
    // The kubelet triggers the readiness probe of a container that is not ready; liveness waits.
    #expect(health.advance(to: .seconds(2)).map(\.kind) == [.readiness])
    #expect(health.advance(to: .seconds(10)).map(\.kind) == [.liveness])
  }

  @Test func `without a readiness probe a pod is ready once it has started`() {
    var health = health(readiness: nil)
    #expect(health.notice(at: .zero) == nil && !health.isReady)
    let first = health.advance(to: .zero)
    #expect(health.result(of: first[0], success: true, at: .zero) == .becameReady)
    #expect(health.isReady)
  }

  @Test func `a container that does not start in time is stopped, and its next one starts anew`() {
    var health = health(failures: 2)
    for second in [0, 2] {
      let attempts = health.advance(to: .seconds(second))
      let result = health.result(of: attempts[0], success: false, at: .seconds(second))
      #expect(result == (second == 2 ? .startupFailed : nil))
    }
    #expect(health.advance(to: .seconds(4)).isEmpty)
    _ = health.containerExited(at: .seconds(5))
    health.containerStarted(at: .seconds(5), noticed: .seconds(6))
    #expect(health.advance(to: .seconds(6)).map(\.kind) == [.startup])
  }

  @Test func `a deleted pod's startup probe stops and counts as passed, so readiness begins`() {
    var health = health()
    #expect(health.advance(to: .zero).map(\.kind) == [.startup])
    health.podDeleted(at: .seconds(1))
    #expect(!health.isReady)
    #expect(health.advance(to: .seconds(2)).map(\.kind) == [.readiness])
    #expect(health.advance(to: .seconds(10)).map(\.kind) == [])
  }

  @Test func `without a readiness probe a pod that is deleted while it starts is ready`() {
    var health = health(readiness: nil)
    health.podDeleted(at: .seconds(1))
    #expect(health.isReady)
    #expect(health.advance(to: .seconds(10)).isEmpty)
  }
}
