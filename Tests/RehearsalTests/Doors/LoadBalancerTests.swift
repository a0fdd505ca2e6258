import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// Like a load balancer in HAProxy's words.
@Suite(.timeLimit(.minutes(1))) struct LoadBalancerTests {
  /// A door on a port of its own, and a client of it.
  private func with<Result: Sendable>(
    _ balancer: Balancer = .service, timeout: Duration = .seconds(10),
    idle: Duration = .seconds(600),
    _ body:
      @escaping @Sendable (FakeEndpoints, LoadBalancer, LoadBalancerClient, isolated EventLoop)
      async throws
      -> Result
  ) async throws -> Result {
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      let door = LoadBalancer(endpoints, balancer, timeout: timeout, idle: idle)
      let address = try await door.open(
        at: #require(SocketAddress(host: "127.0.0.1", port: 0)), on: loop)
      let client = LoadBalancerClient(
        address, source: nil, kept: .unlimited, reuse: true, timeout: .seconds(10),
        answers: LoadRequest.sum.answers)
      let result = try await body(endpoints, door, client, loop)
      client.close(on: loop)
      await door.close(on: loop)
      return result
    }
  }

  @Test func `without an endpoint the answer is 503, and of no pod`() async throws {
    try await with { _, _, client, loop in
      let attempt = await client.send(.sum(), on: loop)
      #expect(attempt.outcome == .http503)
      #expect(attempt.pod == nil)
    }
  }

  @Test func `a pod that does not listen makes a 503 of that pod`() async throws {
    let address = try ScriptedPod.nowhere()
    try await with { endpoints, _, client, loop in
      endpoints.set(7, address)
      let attempt = await client.send(.sum(), on: loop)
      #expect(attempt.outcome == .http503)
      #expect(attempt.pod == PodID(7))
    }
  }

  @Test func `an address that is gone makes a 503 after it hung`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with { endpoints, _, client, loop in
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
    try await with(timeout: .milliseconds(50)) { endpoints, _, client, loop in
      let began = endpoints.now
      endpoints.set(7, pod.address, reach: .unreachable(at: began + .seconds(30)))
      #expect(await client.send(.sum(), on: loop).outcome == .http503)
      #expect(endpoints.now - began < .seconds(30))
    }
  }

  @Test func `a pod that closes before it answers makes a 502`() async throws {
    let pod = try ScriptedPod(.closes)
    defer { pod.end() }
    try await with { endpoints, _, client, loop in
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
    try await with { endpoints, _, client, loop in
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

  @Test func `clients that close after each request share an idle connection to the pod`()
    async throws
  {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      endpoints.set(7, pod.address)
      let door = LoadBalancer(endpoints, .service, timeout: .seconds(10), idle: .seconds(600))
      let address = try await door.open(
        at: #require(SocketAddress(host: "127.0.0.1", port: 0)), on: loop)
      for id in ["1", "2"] {
        let client = LoadBalancerClient(
          address, source: nil, kept: .unlimited, reuse: false, timeout: .seconds(10),
          answers: LoadRequest.sum.answers)
        #expect(await client.send(.sum(id), on: loop).outcome == .ok)
        client.close(on: loop)
      }
      await door.close(on: loop)
      var events = pod.events.makeAsyncIterator()
      for expected in [ScriptedPod.Event.connected, .asked(id: "1"), .asked(id: "2"), .closed] {
        #expect(await events.next(isolation: loop) == expected)
      }
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
    try await with(timeout: .milliseconds(50)) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      #expect(await client.send(.sum(), on: loop).outcome == .httpOther)
    }
  }

  @Test func `an idle connection is used again, and closed after 1 s without use`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with(idle: .seconds(1)) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      var events = pod.events.makeAsyncIterator()
      #expect(await client.send(.sum("1"), on: loop).outcome == .ok)
      let usedAfter = endpoints.now
      #expect(await client.send(.sum("2"), on: loop).outcome == .ok)
      #expect(await events.next(isolation: loop) == .connected)
      #expect(await events.next(isolation: loop) == .asked(id: "1"))
      #expect(await events.next(isolation: loop) == .asked(id: "2"))
      #expect(await events.next(isolation: loop) == .closed)
      #expect(endpoints.now - usedAfter >= .milliseconds(900))
    }
  }

  @Test func `a balancer that knows the Service only keeps to a pod that left it`() async throws {
    let (first, second) = (try ScriptedPod(), try ScriptedPod())
    defer {
      first.end()
      second.end()
    }
    try await with { endpoints, door, client, loop in
      endpoints.set(1, first.address)
      #expect(await client.send(.sum("1"), on: loop).pod == PodID(1))
      endpoints.set(2, second.address)
      door.left(first.address, on: loop)
      #expect(await client.send(.sum("2"), on: loop).pod == PodID(1))
    }
  }

  @Test func `one that knows endpoints sends to those only`() async throws {
    let (first, second) = (try ScriptedPod(), try ScriptedPod())
    defer {
      first.end()
      second.end()
    }
    try await with(.endpoints) { endpoints, door, client, loop in
      endpoints.set(1, first.address)
      #expect(await client.send(.sum("1"), on: loop).pod == PodID(1))
      endpoints.set(2, second.address)
      door.left(first.address, on: loop)
      #expect(await client.send(.sum("2"), on: loop).pod == PodID(2))
    }
  }

  @Test(arguments: Balancer.allCases)
  func `a request that is cut on a connection that served one before is eof, not 502`(
    balancer: Balancer
  ) async throws {
    let pod = try ScriptedPod(.answersOnce)
    defer { pod.end() }
    try await with(balancer) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      #expect(await client.send(.sum("1"), on: loop).outcome == .ok)
      let attempt = await client.send(.sum("2"), on: loop)
      #expect(attempt.outcome == .eof)
      #expect(attempt.pod == PodID(7))
    }
  }

  @Test func `an endpoint's idle connections go when it leaves`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    // For so long that nothing else closes it.
    try await with(.endpoints, idle: .seconds(600)) { endpoints, door, client, loop in
      endpoints.set(7, pod.address)
      #expect(await client.send(.sum("1"), on: loop).outcome == .ok)
      door.left(pod.address, on: loop)
      #expect(await pod.events.first { $0 == .closed } != nil)
    }
  }

  @Test func `a connection that was in use when its endpoint left does not become idle`()
    async throws
  {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await with(.endpoints, idle: .seconds(600)) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      endpoints.leavesWhenPicked = true
      #expect(await client.send(.sum("1"), on: loop).outcome == .ok)
      #expect(await pod.events.first { $0 == .closed } != nil)
    }
  }
}
