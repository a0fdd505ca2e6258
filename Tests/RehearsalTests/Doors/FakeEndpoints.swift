import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared

/// Endpoints that a test sets; the first is the one for each new connection.
final class FakeEndpoints: Endpoints {
  var table: [Backend] = []
  /// Called at each pick.
  var picked: (Int) -> Void = { _ in }
  /// The first pick finds the endpoint, and no later one does.
  var leavesWhenPicked = false
  private(set) var picks = 0
  private(set) var notes: [Outcome] = []
  private let start = MonotonicTime.now

  var now: Duration { MonotonicTime.now - start }

  func pick(_: Door) -> Backend? {
    picks += 1
    picked(picks)
    defer { if leavesWhenPicked { table = [] } }
    return table.first
  }

  func isPicked(_ pod: PodID) -> Bool { table.contains { $0.pod == pod } }

  func note(_ outcome: Outcome, at _: PodID?, sent _: Duration) -> Phase {
    notes.append(outcome)
    return .steady
  }

  func set(_ number: Int, _ address: SocketAddress, reach: AddressLife.Reach = .dial) {
    table = [Backend(pod: PodID(number), address: address, reach: reach)]
  }
}

extension LoadBalancer {
  /// Calls `body` with a door on a port of its own, and a client of it.
  static func with<Result: Sendable>(
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
}
