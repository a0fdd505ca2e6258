import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// Like a load balancer in HAProxy's words: what it answers for a pod.
@Suite(.timeLimit(.minutes(4))) struct LoadBalancerTests {
  @Test func `without an endpoint the answer is 503, and of no pod`() async throws {
    try await LoadBalancer.with { _, _, client, loop in
      let attempt = await client.send(.sum(), on: loop)
      #expect(attempt.outcome == .http503)
      #expect(attempt.pod == nil)
    }
  }

  @Test func `a pod that does not listen makes a 503 of that pod`() async throws {
    let address = try ScriptedPod.nowhere()
    try await LoadBalancer.with { endpoints, _, client, loop in
      endpoints.set(7, address)
      let attempt = await client.send(.sum(), on: loop)
      #expect(attempt.outcome == .http503)
      #expect(attempt.pod == PodID(7))
    }
  }

  @Test func `an address that is gone makes a 503 after it hung`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await LoadBalancer.with { endpoints, _, client, loop in
      let began = endpoints.now
      endpoints.set(7, pod.address, reach: .unreachable(at: began + .milliseconds(120)))
      #expect(await client.send(.sum(), on: loop).outcome == .http503)
      #expect(endpoints.now - began >= .milliseconds(120))
    }
  }

  @Test func `an address that hangs for longer than the door waits makes a 503, too`() async throws
  {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await LoadBalancer.with(timeout: .milliseconds(50)) { endpoints, _, client, loop in
      let began = endpoints.now
      endpoints.set(7, pod.address, reach: .unreachable(at: began + .seconds(30)))
      #expect(await client.send(.sum(), on: loop).outcome == .http503)
      #expect(endpoints.now - began < .seconds(30))
    }
  }

  @Test func `a pod that closes before it answers makes a 502`() async throws {
    let pod = try ScriptedPod(.closes)
    defer { pod.end() }
    try await LoadBalancer.with { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      let attempt = await client.send(.sum(), on: loop)
      #expect(attempt.outcome == .http502)
      #expect(attempt.pod == PodID(7))
    }
  }

  @Test(arguments: [ScriptedPod.Script.resets, .babbles])
  func `a pod that resets, or speaks no HTTP, makes a 502`(
    script: ScriptedPod.Script
  ) async throws {
    let pod = try ScriptedPod(script)
    defer { pod.end() }
    try await LoadBalancer.with { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      #expect(await client.send(.sum(), on: loop).outcome == .http502)
    }
  }

  @Test func `what the pod answers is passed on as it is`() async throws {
    let pod = try ScriptedPod(.says(418, "X-Kind: teapot\r\n"))
    defer { pod.end() }
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      endpoints.set(7, pod.address)
      let door = LoadBalancer(endpoints, .service, timeout: .seconds(10), idle: .seconds(600))
      let address = try await door.open(
        at: #require(SocketAddress(host: "127.0.0.1", port: 0)), on: loop)
      let response = try await Client().send(.sum(), to: address, reuse: false, on: loop)
      #expect(response.status.code == 418)
      #expect(response.fields.first("X-Kind") == "teapot")
      #expect(response.fields.first(LoadBalancer.upstream) == "7")
      await door.close(on: loop)
    }
  }

  @Test func `an address that is taken is refused with one line`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await EventLoop.with { loop in
      let door = LoadBalancer(FakeEndpoints(), .service, timeout: .seconds(10))
      let refusal = CommandError(
        .osError, "the load balancer cannot listen on \(pod.address): Address already in use")
      do throws(CommandError) {
        try await door.open(at: pod.address, on: loop)
        Issue.record("it listens")
      } catch {
        #expect(error.message == refusal.message)
        #expect(error.status == refusal.status)
      }
      await door.close(on: loop)
    }
  }

  @Test func `a pod that does not answer makes a 504`() async throws {
    let pod = try ScriptedPod(.isSilent)
    defer { pod.end() }
    try await LoadBalancer.with(timeout: .milliseconds(50)) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      #expect(await client.send(.sum(), on: loop).outcome == .httpOther)
    }
  }
}
