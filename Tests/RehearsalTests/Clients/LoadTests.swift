import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

@Suite(.timeLimit(.minutes(4))) struct LoadTests {
  @Test func `a client that fails waits out the time of an answer`() async throws {
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      let load = Load(
        name: "4", request: .sum, clients: 1, endpoints: endpoints, balancer: nil, sources: [],
        keep: nil)
      endpoints.picked = { [weak load] in if $0 == 3 { load?.stop() } }
      let began = endpoints.now
      await load.run(doors: [.tcp], kinds: [.fresh], on: loop)
      #expect(endpoints.now - began >= Load.pace * 3)
      #expect(load.sent == 3)
      #expect(load.failures == [.refused: 3])
      #expect(load.counts.count(.steady, .tcp, .fresh, .refused) == 3)
      #expect(load.ownFailures == 0)
      #expect(load.ledger.answered == 0 && load.ledger.failed.count == 3)
    }
  }

  @Test func `each request has an id of its own, and none is sent twice`() async throws {
    let pod = try ScriptedPod(.closes)
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      endpoints.set(1, pod.address)
      let load = Load(
        name: "4", request: .sum, clients: 4, endpoints: endpoints, balancer: nil, sources: [],
        keep: nil)
      endpoints.picked = { [weak load] in if $0 == 6 { load?.stop() } }
      await load.run(doors: [.tcp], kinds: [.fresh, .keepalive], on: loop)
      #expect(load.failures == [.eof: load.sent])
      pod.end()
      var ids: [String] = []
      for await event in pod.events {
        if case .asked(let id) = event { ids.append(id) }
      }
      #expect(ids.count == load.sent)
      #expect(Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0.hasPrefix("4-") })
    }
  }

  @Test func `clients are spread evenly over doors and kinds`() async throws {
    let pod = try ScriptedPod()
    defer { pod.end() }
    try await EventLoop.with { loop in
      let endpoints = FakeEndpoints()
      endpoints.set(1, pod.address)
      let door = LoadBalancer(endpoints, .endpoints, timeout: .seconds(1))
      let address = try await door.open(
        at: #require(SocketAddress(host: "127.0.0.1", port: 0)), on: loop)
      let load = Load(
        name: "4", request: .sum, clients: 8, endpoints: endpoints, balancer: address, sources: [],
        keep: nil)
      // Each of the eight has sent at least one by then.
      endpoints.picked = { [weak load] in if $0 == 60 { load?.stop() } }
      await load.run(doors: Door.rehearsed, kinds: ClientKind.allCases, on: loop)
      for door in Door.rehearsed {
        for kind in ClientKind.allCases { #expect(load.counts.sum(nil, door, kind) > 0) }
      }
      #expect(load.counts.failed == 0)
      #expect(load.latency.count == load.sent)
      await door.close(on: loop)
    }
  }

  @Test
  func
    `what the harness itself could not do is counted apart, and not as a failure of the service`()
    async throws
  {
    let balancer = try ScriptedPod(.says(LoadBalancer.ownFailure.code))
    defer { balancer.end() }
    try await EventLoop.with { loop in
      let load = Load(
        name: "4", request: .sum, clients: 1, endpoints: FakeEndpoints(),
        balancer: balancer.address, sources: [], keep: nil)
      let running = LoopBound(load, on: loop)
      let stopper = Task {
        var asked = 0
        for await event in balancer.events {
          if case .asked = event { asked += 1 }
          if asked == 2 { return await running.with { load, _ in load.stop() } }
        }
      }
      await load.run(doors: [.http], kinds: [.keepalive], on: loop)
      await stopper.value
      #expect(load.sent >= 2)
      #expect(load.ownFailures == load.sent)
      #expect(load.counts.sent == 0)
      #expect(load.failures.isEmpty)
    }
  }
}
