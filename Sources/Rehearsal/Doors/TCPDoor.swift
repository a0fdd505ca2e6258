import Comparison
import Shared

/// A client's way in through a Service, as kube-proxy makes it: each new connection goes to one
/// endpoint of the table, picked at random, and stays with it even when the endpoint is removed.
/// One for each client; belongs to its row's loop.
final class TCPDoor: WayIn {
  private let endpoints: any Endpoints
  private let client: Client
  private let source: SocketAddress?
  private let reuse: Bool
  private let timeout: Duration
  /// Where the connection that stands, if one does, goes to.
  private var current: Endpoint?

  init(_ endpoints: any Endpoints, source: SocketAddress?, reuse: Bool, timeout: Duration) {
    self.endpoints = endpoints
    self.source = source
    self.reuse = reuse
    self.timeout = timeout
    var patience = Client.Options()
    patience.requestTimeout = timeout
    patience.connectTimeout = timeout
    client = Client(patience)
  }

  func send(_ request: Request, on loop: isolated EventLoop) async -> Attempt {
    if let current, client.hasIdle(to: current.address) {
      return await send(request, to: current, on: loop)
    }
    current = endpoints.pick()
    guard let current else { return Attempt(outcome: .refused, pod: nil) }
    if case .unreachable(let instant) = current.reach {
      let hang = instant - endpoints.now
      try? await loop.sleep(for: min(hang, timeout))
      // Who gives up before the network does has waited in vain.
      return Attempt(outcome: hang <= timeout ? .unreachable : .timeout, pod: current.pod)
    }
    return await send(request, to: current, on: loop)
  }

  private func send(_ request: Request, to endpoint: Endpoint, on loop: isolated EventLoop) async
    -> Attempt
  {
    do throws(ClientError) {
      let response = try await client.send(
        request, to: endpoint.address, from: source, reuse: reuse, on: loop)
      return Attempt(outcome: Outcome(response.status), pod: endpoint.pod)
    } catch {
      return Attempt(outcome: Outcome(error), pod: endpoint.pod)
    }
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
