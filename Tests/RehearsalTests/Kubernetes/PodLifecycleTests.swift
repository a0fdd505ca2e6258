import Libc
import Testing

@testable import Comparison
@testable import Rehearsal

struct PodLifecycleTests {
  private func running(grace: Int = 30, preStop: Int? = nil) -> PodLifecycle {
    var pod = PodLifecycle(
      grace: .seconds(grace), hook: preStop.map { .sleep(.seconds($0)) } ?? .none)
    #expect(pod.create(at: .zero) == [.start])
    return pod
  }

  @Test func `deletion without preStop sends SIGTERM at once and SIGKILL after the grace`() {
    var pod = running()
    #expect(pod.delete(at: .seconds(10)) == [.terminate])
    #expect(pod.nextDeadline == .seconds(40))
    #expect(pod.advance(to: .seconds(39)).isEmpty)
    #expect(pod.advance(to: .seconds(40)) == [.kill])
    #expect(pod.nextDeadline == nil)
    #expect(pod.exited(at: .seconds(40)) == [.end])
  }

  @Test func `the grace counts from before preStop`() {
    var pod = running(preStop: 5)
    #expect(pod.delete(at: .seconds(10)) == [.preStop])
    #expect(pod.nextDeadline == .seconds(15))
    #expect(pod.advance(to: .seconds(15)) == [.terminate])
    #expect(pod.nextDeadline == .seconds(40))
  }

  @Test(arguments: [(30, 30, 32), (30, 29, 31), (30, 28, 30), (1, 0, 2), (0, 0, 2)])
  func `when preStop used up the grace there are 2 s between SIGTERM and SIGKILL`(
    grace: Int, preStop: Int, kill: Int
  ) {
    var pod = running(grace: grace, preStop: preStop)
    _ = pod.delete(at: .zero)
    #expect(pod.advance(to: .seconds(preStop)) == (preStop > 0 ? [.terminate] : []))
    #expect(pod.nextDeadline == .seconds(kill))
    #expect(pod.advance(to: .seconds(kill)) == [.kill])
  }

  @Test func `a late call does both`() {
    var pod = running(preStop: 5)
    _ = pod.delete(at: .zero)
    #expect(pod.advance(to: .seconds(31)) == [.terminate, .kill])
  }

  @Test(arguments: [1, 12]) func `a process that ends by itself after the deletion ends the pod`(
    exit: Int
  ) {
    var pod = running(preStop: 5)
    _ = pod.delete(at: .zero)
    _ = pod.advance(to: .seconds(exit))
    #expect(pod.exited(at: .seconds(exit)) == [.end])
    #expect(pod.nextDeadline == nil)
    #expect(pod.advance(to: .seconds(60)).isEmpty)
  }

  @Test func `a pod deleted before it started never starts`() {
    var pod = PodLifecycle(grace: .seconds(30), hook: .none)
    #expect(pod.delete(at: .zero) == [.end])
    #expect(pod.create(at: .seconds(1)).isEmpty)
  }

  @Test func `a second deletion changes nothing`() {
    var pod = running()
    _ = pod.delete(at: .seconds(1))
    #expect(pod.delete(at: .seconds(2)).isEmpty)
    #expect(pod.nextDeadline == .seconds(31))
  }

  @Test func `a crashed container restarts at once, then after 10, 20, 40 s up to 300 s`() {
    var pod = running()
    var now = Duration.seconds(1)
    #expect(pod.exited(at: now) == [.start])
    #expect(!pod.isBackingOff)
    for wait in [10, 20, 40, 80, 160, 300, 300] {
      now += .seconds(1)
      #expect(pod.exited(at: now).isEmpty)
      #expect(!pod.hasProcess)
      #expect(pod.isBackingOff)
      #expect(pod.nextDeadline == now + .seconds(wait))
      now += .seconds(wait)
      #expect(pod.advance(to: now) == [.start])
    }
    #expect(pod.restarts == 8)
  }

  @Test func `after 10 minutes without an exit the back-off begins again`() {
    var pod = running()
    _ = pod.exited(at: .seconds(1))
    _ = pod.exited(at: .seconds(2))
    _ = pod.advance(to: .seconds(12))
    #expect(pod.exited(at: .seconds(12 + 601)) == [.start])
    #expect(pod.exited(at: .seconds(12 + 602)).isEmpty)
    #expect(pod.nextDeadline == .seconds(12 + 612))
  }

  @Test func `deleted while it waits for a restart it ends at once`() {
    var pod = running()
    _ = pod.exited(at: .seconds(1))
    _ = pod.exited(at: .seconds(2))
    #expect(pod.delete(at: .seconds(3)) == [.end])
    #expect(pod.nextDeadline == nil)
  }

  @Test func `a liveness failure stops the container with preStop and grace, and restarts it`() {
    var pod = running(preStop: 5)
    #expect(pod.livenessFailed(at: .seconds(20)) == [.preStop])
    #expect(pod.advance(to: .seconds(25)) == [.terminate])
    #expect(pod.advance(to: .seconds(50)) == [.kill])
    #expect(pod.exited(at: .seconds(50)) == [.start])
    #expect(pod.livenessFailed(at: .seconds(51)) == [.preStop])
    #expect(pod.exited(at: .seconds(52)).isEmpty)
    #expect(pod.nextDeadline == .seconds(62))
  }

  @Test
  func `deleted while it is stopped for its liveness it is stopped anew and does not restart`() {
    var pod = running(preStop: 5)
    _ = pod.livenessFailed(at: .seconds(20))
    #expect(pod.delete(at: .seconds(22)) == [.preStop])
    #expect(pod.nextDeadline == .seconds(27))
    _ = pod.advance(to: .seconds(27))
    #expect(pod.nextDeadline == .seconds(52))
    #expect(pod.exited(at: .seconds(28)) == [.end])
  }

  @Test func `a liveness failure after the deletion is nothing`() {
    var pod = running()
    _ = pod.delete(at: .seconds(1))
    #expect(pod.livenessFailed(at: .seconds(2)).isEmpty)
  }

  private func asking(grace: Int = 30) -> PodLifecycle {
    var pod = PodLifecycle(grace: .seconds(grace), hook: .request)
    _ = pod.create(at: .zero)
    #expect(pod.delete(at: .seconds(10)) == [.preStop])
    return pod
  }

  @Test func `SIGTERM follows the answer to a hook's request, within the grace from before it`() {
    var pod = asking()
    #expect(pod.nextDeadline == .seconds(40))
    #expect(pod.hookEnded(of: .seconds(40), at: .seconds(13)) == [.terminate])
    #expect(pod.nextDeadline == .seconds(40))
    #expect(pod.hookEnded(of: .seconds(40), at: .seconds(14)).isEmpty)
    #expect(pod.advance(to: .seconds(40)) == [.kill])
  }

  @Test func `a hook's request that gets no answer uses up the grace`() {
    var pod = asking(grace: 5)
    #expect(pod.advance(to: .seconds(15)) == [.terminate])
    #expect(pod.nextDeadline == .seconds(17))
    #expect(pod.hookEnded(of: .seconds(15), at: .seconds(16)).isEmpty)
    #expect(pod.exited(at: .seconds(16)) == [.end])
  }

  @Test func `deleted while it is stopped for its liveness the hook's second request counts`() {
    var pod = PodLifecycle(grace: .seconds(30), hook: .request)
    _ = pod.create(at: .zero)
    #expect(pod.livenessFailed(at: .seconds(10)) == [.preStop])
    #expect(pod.delete(at: .seconds(12)) == [.preStop])
    #expect(pod.hookEnded(of: .seconds(40), at: .seconds(13)).isEmpty)
    #expect(pod.nextDeadline == .seconds(42))
    #expect(pod.hookEnded(of: .seconds(42), at: .seconds(15)) == [.terminate])
  }

  @Test func `a probe's own grace period takes the place of the pod's`() {
    var pod = running()
    #expect(pod.livenessFailed(at: .zero, within: .seconds(4)) == [.terminate])
    #expect(pod.nextDeadline == .seconds(4))
  }
}
