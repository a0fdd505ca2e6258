import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// The connections that a load balancer keeps to pods, after a request and when an endpoint leaves.
@Suite(.timeLimit(.minutes(4))) struct PodConnectionTests {
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

  @Test func `an idle connection is used again, and closed after 1 s without use`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await LoadBalancer.with(idle: .seconds(1)) { endpoints, _, client, loop in
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
    try await LoadBalancer.with { endpoints, door, client, loop in
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
    try await LoadBalancer.with(.endpoints) { endpoints, door, client, loop in
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
    try await LoadBalancer.with(balancer) { endpoints, _, client, loop in
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
    try await LoadBalancer.with(.endpoints, idle: .seconds(600)) { endpoints, door, client, loop in
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
    try await LoadBalancer.with(.endpoints, idle: .seconds(600)) { endpoints, _, client, loop in
      endpoints.set(7, pod.address)
      endpoints.leavesWhenPicked = true
      #expect(await client.send(.sum("1"), on: loop).outcome == .ok)
      #expect(await pod.events.first { $0 == .closed } != nil)
    }
  }
}
