import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// What a client makes of what comes out of the load balancer.
@Suite(.timeLimit(.minutes(4))) struct LoadBalancerClientTests {
  private func attempt(_ script: ScriptedPod.Script, timeout: Duration = .seconds(10)) async throws
    -> Exchange
  {
    let balancer = try ScriptedPod(script)
    defer { balancer.end() }
    return try await EventLoop.with { loop in
      let client = LoadBalancerClient(
        balancer.address, source: nil, kept: .unlimited, reuse: true, timeout: timeout,
        answers: LoadRequest.sum.answers)
      defer { client.close(on: loop) }
      return await client.send(.sum(), on: loop)
    }
  }

  @Test(arguments: [
    (200, Outcome.ok), (502, .http502), (503, .http503), (504, .httpOther), (404, .httpOther),
  ])
  func `a status is an outcome, and the door says of which pod`(status: Int, outcome: Outcome)
    async throws
  {
    let attempt = try await attempt(.says(status, "X-Upstream: 12\r\n"))
    #expect(attempt.outcome == outcome)
    #expect(attempt.pod == PodID(12))
  }

  @Test(arguments: [ScriptedPod.Script.confuses, .miscalculates])
  func `the answer to another request, or a wrong sum, is a wrong answer`(
    script: ScriptedPod.Script
  ) async throws {
    #expect(try await attempt(script).outcome == .wrongAnswer)
  }

  @Test(arguments: ["", "X-Upstream: twelve\r\n"]) func `without a pod's number it is of no pod`(
    lines: String
  ) async throws {
    let attempt = try await attempt(.says(503, lines))
    #expect(attempt.outcome == .http503)
    #expect(attempt.pod == nil)
  }

  @Test func `what the harness itself could not do is no outcome`() async throws {
    let attempt = try await attempt(.says(LoadBalancer.ownFailure.code, "X-Upstream: 12\r\n"))
    #expect(attempt.outcome == nil)
    #expect(attempt.pod == PodID(12))
  }

  @Test func `a balancer that closes without a word is eof, of the pod that it tells`() async throws
  {
    let attempt = try await attempt(.says(LoadBalancer.closed.code, "X-Upstream: 12\r\n"))
    #expect(attempt.outcome == .eof)
    #expect(attempt.pod == PodID(12))
  }

  @Test(arguments: [ScriptedPod.Script.closes, .resets, .babbles])
  func `a door that does not answer as a balancer does is the harness's fault`(
    script: ScriptedPod.Script
  ) async throws {
    #expect(try await attempt(script).outcome == nil)
  }

  @Test func `no answer in time is a timeout: a pod may be the reason`() async throws {
    #expect(try await attempt(.isSilent, timeout: .milliseconds(50)).outcome == .timeout)
  }
}
