import Comparison
import Shared

/// A client's way in through the load balancer.
final class HTTPDoorClient: WayIn {
  private let address: SocketAddress
  private let client: Client
  private let source: SocketAddress?
  private let reuse: Bool

  init(_ address: SocketAddress, source: SocketAddress?, reuse: Bool, timeout: Duration) {
    self.address = address
    self.source = source
    self.reuse = reuse
    var patience = Client.Options()
    patience.requestTimeout = timeout
    patience.connectTimeout = timeout
    client = Client(patience)
  }

  func send(_ request: Request, on loop: isolated EventLoop) async -> Attempt {
    do throws(ClientError) {
      let response = try await client.send(
        request, to: address, from: source, reuse: reuse, on: loop)
      let pod = response.fields.first(HTTPDoor.upstream).flatMap { Int($0) }.map { PodID($0) }
      return Attempt(
        outcome: response.status == HTTPDoor.ownFailure ? nil : Outcome(response.status), pod: pod)
    } catch {
      // The load balancer is the harness's own: what goes wrong on the way to it says nothing about
      // the pods, which can only take too long.
      return Attempt(outcome: error == .timeout ? .timeout : nil, pod: nil)
    }
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
