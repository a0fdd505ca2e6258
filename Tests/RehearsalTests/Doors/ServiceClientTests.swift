import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// Like a Service.
@Suite(.timeLimit(.minutes(4))) struct ServiceClientTests {
  private func with<Result: Sendable>(
    reuse: Bool, timeout: Duration = .seconds(10), kept: KeptConnection = .unlimited,
    _ body:
      @escaping @Sendable (FakeEndpoints, ServiceClient, isolated EventLoop) async throws -> Result
  ) async throws -> Result {
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      let door = ServiceClient(
        endpoints, source: nil, kept: kept, reuse: reuse, timeout: timeout,
        answers: LoadRequest.sum.answers)
      let result = try await body(endpoints, door, loop)
      door.close(on: loop)
      return result
    }
  }

  @Test func `without an endpoint a connection is refused`() async throws {
    try await with(reuse: false) { _, door, loop in
      let attempt = await door.send(.sum(), on: loop)
      #expect(attempt.outcome == .refused)
      #expect(attempt.pod == nil)
    }
  }

  @Test func `a standing connection stays with its endpoint, a new one goes elsewhere`()
    async throws
  {
    let (first, second) = (try ScriptedPod(), try ScriptedPod())
    defer {
      first.end()
      second.end()
    }
    for reuse in [true, false] {
      try await with(reuse: reuse) { endpoints, door, loop in
        endpoints.set(1, first.address)
        #expect(await door.send(.sum(), on: loop).pod == PodID(1))
        endpoints.set(2, second.address)
        #expect(await door.send(.sum(), on: loop).pod == PodID(reuse ? 1 : 2))
      }
    }
  }

  @Test(arguments: [true, false])
  func `a connection to a gone address hangs, for either kind of client`(reuse: Bool) async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with(reuse: reuse) { endpoints, door, loop in
      let began = endpoints.now
      endpoints.set(7, pod.address, reach: .unreachable(at: began + .milliseconds(120)))
      let attempt = await door.send(.sum(), on: loop)
      #expect(attempt.outcome == .unreachable)
      #expect(attempt.pod == PodID(7))
      #expect(endpoints.now - began >= .milliseconds(120))
    }
  }

  @Test func `an address that never answers is a timeout after the client's own`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with(reuse: false, timeout: .milliseconds(50)) { endpoints, door, loop in
      endpoints.set(7, pod.address, reach: .unanswered)
      let began = endpoints.now
      let attempt = await door.send(.sum(), on: loop)
      #expect(attempt.outcome == .timeout)
      #expect(attempt.pod == PodID(7))
      #expect(endpoints.now - began >= .milliseconds(50))
    }
  }

  @Test func `after its requests a kept connection is made anew, and may go elsewhere`()
    async throws
  {
    let (first, second) = (try ScriptedPod(), try ScriptedPod())
    defer {
      first.end()
      second.end()
    }
    try await with(reuse: true, kept: KeptConnection(limit: 2)) { endpoints, door, loop in
      endpoints.set(1, first.address)
      #expect(await door.send(.sum(), on: loop).pod == PodID(1))
      endpoints.set(2, second.address)
      #expect(await door.send(.sum(), on: loop).pod == PodID(1))
      #expect(await door.send(.sum(), on: loop).pod == PodID(2))
    }
  }

  @Test func `a client that gives up before a gone address says so has waited in vain`()
    async throws
  {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with(reuse: true, timeout: .milliseconds(50)) { endpoints, door, loop in
      let began = endpoints.now
      endpoints.set(7, pod.address, reach: .unreachable(at: began + .seconds(30)))
      let attempt = await door.send(.sum(), on: loop)
      #expect(attempt.outcome == .timeout)
      #expect(attempt.pod == PodID(7))
      #expect(endpoints.now - began < .seconds(30))
    }
  }

  @Test func `a pod's close before the answer is eof, and its want of a listener refused`()
    async throws
  {
    let pod = try ScriptedPod(.closes)
    let nowhere = try ScriptedPod.nowhere()
    defer { pod.end() }
    try await with(reuse: true) { endpoints, door, loop in
      endpoints.set(7, pod.address)
      #expect(await door.send(.sum(), on: loop).outcome == .eof)
      endpoints.set(8, nowhere)
      #expect(await door.send(.sum(), on: loop).outcome == .refused)
    }
  }

  @Test(arguments: [ScriptedPod.Script.confuses, .miscalculates])
  func `the answer to another request, or a wrong sum, is a wrong answer`(
    script: ScriptedPod.Script
  ) async throws {
    let pod = try ScriptedPod(script)
    defer { pod.end() }
    try await with(reuse: true) { endpoints, door, loop in
      endpoints.set(7, pod.address)
      #expect(await door.send(.sum(), on: loop).outcome == .wrongAnswer)
    }
  }

  @Test func `a reset is a reset, and no answer in time a timeout`() async throws {
    let (resetting, silent) = (try ScriptedPod(.resets), try ScriptedPod(.isSilent))
    defer {
      resetting.end()
      silent.end()
    }
    try await with(reuse: true, timeout: .milliseconds(50)) { endpoints, door, loop in
      endpoints.set(7, silent.address)
      #expect(await door.send(.sum(), on: loop).outcome == .timeout)
    }
    try await with(reuse: true) { endpoints, door, loop in
      endpoints.set(7, resetting.address)
      #expect(await door.send(.sum(), on: loop).outcome == .reset)
    }
  }

  @Test func `after a pod said Connection: close the next connection may go elsewhere`()
    async throws
  {
    let (first, second) = (try ScriptedPod(.says(200, "Connection: close\r\n")), try ScriptedPod())
    defer {
      first.end()
      second.end()
    }
    try await with(reuse: true) { endpoints, door, loop in
      endpoints.set(1, first.address)
      #expect(await door.send(.sum(), on: loop).pod == PodID(1))
      endpoints.set(2, second.address)
      let attempt = await door.send(.sum(), on: loop)
      #expect(attempt.outcome == .ok)
      #expect(attempt.pod == PodID(2))
    }
  }
}
