import Comparison
import Shared

/// The clients of one subject, and the count of what became of their requests. Each sends one
/// request after the other, never retried, each with an id of its own. Belongs to its subject's
/// loop.
final class Load {
  /// Longer than any pod takes, and than a client of a service waits.
  static let timeout = Duration.seconds(10)
  /// A client sends at most one request in this time. After a failure it waits, too: else the
  /// clients that are refused would send the most.
  static let pace = Duration.milliseconds(100)

  private let request: LoadRequest
  private let endpoints: any Endpoints
  private let clients: Int
  private let balancer: SocketAddress?
  private let sources: [SocketAddress]
  /// Requests of a kept connection.
  private let keep: Int?
  private var isRunning = true

  private(set) var ledger: Ledger
  private(set) var counts = Counts()
  private(set) var latency = LatencyHistogram()
  /// Each failure, as far as there is room for it.
  private(set) var failed = FailureLog()
  /// How many were sent and failed when.
  private(set) var series = RequestSeries()
  /// Requests that failed for want of something on this side.
  private(set) var ownFailures = 0
  private(set) var sent = 0
  /// Failures by class, for the screen.
  private(set) var failures: [Outcome: Int] = [:]

  /// - Parameters:
  ///   - name: the subject's, with which the ids of its requests begin.
  ///   - request: what each client sends.
  ///   - clients: how many there are.
  ///   - balancer: where the load balancer listens; nil without one.
  ///   - sources: addresses over which the connections are spread, since ports are few; empty to
  ///     let the kernel choose.
  ///   - keep: requests after which a client that keeps its connection makes a new one; nil: never.
  init(
    name: String, request: LoadRequest, clients: Int, endpoints: any Endpoints,
    balancer: SocketAddress?, sources: [SocketAddress], keep: Int?
  ) {
    self.request = request
    self.keep = keep
    ledger = Ledger(subject: name, clients: clients)
    self.clients = clients
    self.endpoints = endpoints
    self.balancer = balancer
    self.sources = sources
  }

  /// Runs the clients, split evenly over doors and kinds, until `stop`.
  func run(doors: [Door], kinds: [ClientKind], on loop: isolated EventLoop) async {
    let groups = doors.flatMap { door in kinds.map { (door, $0) } }
    var tasks: [Task<Void, Never>] = []
    for index in 0..<clients {
      let (door, kind) = groups[index % groups.count]
      tasks.append(
        Task {
          // Spread over the time of a request, as clients are that come by themselves.
          try? await loop.sleep(for: Self.pace * index / clients)
          await client(index, door, kind, on: loop)
        })
    }
    for task in tasks { await task.value }
  }

  /// Lets each client finish the request that it has sent.
  func stop() { isRunning = false }

  private func client(_ index: Int, _ door: Door, _ kind: ClientKind, on loop: isolated EventLoop)
    async
  {
    let source = sources.isEmpty ? nil : sources[index % sources.count]
    let reuse = kind == .keepalive
    let kept = KeptConnection(limit: keep, sent: keep.map { index * $0 / clients } ?? 0)
    switch door {
    case .https, .http2: break  // no option chooses them: they end at a real edge
    case .tcp:
      await repeatedly(
        index,
        ServiceClient(
          endpoints, source: source, kept: kept, reuse: reuse, timeout: Self.timeout,
          answers: request.answers),
        .tcp, kind, on: loop)
    case .http:
      guard let balancer else { return }
      await repeatedly(
        index,
        LoadBalancerClient(
          balancer, source: source, kept: kept, reuse: reuse, timeout: Self.timeout,
          answers: request.answers),
        .http, kind, on: loop)
    }
  }

  private func repeatedly(
    _ index: Int, _ way: some DoorClient, _ door: Door, _ kind: ClientKind,
    on loop: isolated EventLoop
  ) async {
    var number = 0
    while isRunning {
      let id = ledger.id(.init(client: index, number: number))
      let began = endpoints.now
      let attempt = await way.send(request.request(id: id), on: loop)
      let took = endpoints.now - began
      let phase = record(attempt, door, kind, id: id, began: began, took: took)
      ledger.end(
        client: index, .init(pod: attempt.pod, at: began + took, in: phase),
        isAnswered: attempt.outcome == .ok)
      number += 1
      if took < Self.pace { try? await loop.sleep(for: Self.pace - took) }
    }
    way.close(on: loop)
  }

  /// - Returns: the phase in which it counts.
  private func record(
    _ attempt: Exchange, _ door: Door, _ kind: ClientKind, id: String, began: Duration,
    took: Duration
  ) -> Phase {
    sent += 1
    guard let outcome = attempt.outcome else {
      ownFailures += 1
      return endpoints.note(.ok, at: nil, sent: began)
    }
    let phase = endpoints.note(outcome, at: attempt.pod, sent: began)
    counts.add(phase, door, kind, outcome)
    series.add(door, kind, at: began, isFailed: outcome != .ok)
    guard outcome != .ok else {
      latency.add(took)
      return phase
    }
    failures[outcome, default: 0] += 1
    failed.add(
      .init(
        pod: attempt.pod, door: door, kind: kind, outcome: outcome, phase: phase, id: id,
        sent: began, took: took))
    return phase
  }
}
