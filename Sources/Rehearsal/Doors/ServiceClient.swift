import Comparison
import Shared

/// A client's way in through a Service, as kube-proxy makes it: each new connection goes to one
/// endpoint of the table, picked at random, and stays with it even when the endpoint is removed.
/// A client that keeps its connection makes a new one after a number of requests, as pools do. One
/// for each client; belongs to its subject's loop.
final class ServiceClient: DoorClient {
  private let endpoints: any Endpoints
  private let client: Client
  private let source: SocketAddress?
  private let reuse: Bool
  private let timeout: Duration
  private let answers: AcceptedAnswers
  /// Where the connection that stands, if one does, goes to.
  private var current: Backend?
  private var kept: KeptConnection

  init(
    _ endpoints: any Endpoints, source: SocketAddress?, kept: KeptConnection, reuse: Bool,
    timeout: Duration, answers: AcceptedAnswers
  ) {
    self.kept = kept
    self.answers = answers
    self.endpoints = endpoints
    self.source = source
    self.reuse = reuse
    self.timeout = timeout
    var patience = Client.Options()
    patience.requestTimeout = timeout
    patience.connectTimeout = timeout
    client = Client(patience)
  }

  func send(_ request: Request, on loop: isolated EventLoop) async -> Exchange {
    if kept.endsBefore(nextRequest: reuse) { client.close(on: loop) }
    if let current, client.hasIdle(to: current.address) {
      return await send(request, to: current, on: loop)
    }
    current = endpoints.pick(.tcp)
    guard let current else { return Exchange(outcome: .refused, pod: nil) }
    switch current.reach {
    case .dial: return await send(request, to: current, on: loop)
    case .unanswered:
      try? await loop.sleep(for: timeout)
      return Exchange(outcome: .timeout, pod: current.pod)
    case .unreachable(let instant):
      let hang = instant - endpoints.now
      try? await loop.sleep(for: min(hang, timeout))
      // The client's time-out may come first.
      return Exchange(outcome: hang <= timeout ? .unreachable : .timeout, pod: current.pod)
    }
  }

  private func send(_ request: Request, to endpoint: Backend, on loop: isolated EventLoop) async
    -> Exchange
  {
    do throws(ClientError) {
      let response = try await client.send(
        request, to: endpoint.address, from: source, reuse: reuse, on: loop)
      return Exchange(outcome: answers.outcome(of: response, to: request), pod: endpoint.pod)
    } catch {
      return Exchange(outcome: Outcome(error), pod: endpoint.pod)
    }
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
