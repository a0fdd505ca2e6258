import Comparison
import Shared

/// A client's way in through the load balancer.
final class LoadBalancerClient: DoorClient {
  private var kept: KeptConnection
  private let address: SocketAddress
  private let client: Client
  private let source: SocketAddress?
  private let reuse: Bool
  private let answers: AcceptedAnswers

  init(
    _ address: SocketAddress, source: SocketAddress?, kept: KeptConnection, reuse: Bool,
    timeout: Duration, answers: AcceptedAnswers
  ) {
    self.kept = kept
    self.answers = answers
    self.address = address
    self.source = source
    self.reuse = reuse
    var patience = Client.Options()
    patience.requestTimeout = timeout
    patience.connectTimeout = timeout
    client = Client(patience)
  }

  func send(_ request: Request, on loop: isolated EventLoop) async -> Exchange {
    if kept.endsBefore(nextRequest: reuse) { client.close(on: loop) }
    do throws(ClientError) {
      let response = try await client.send(
        request, to: address, from: source, reuse: reuse, on: loop)
      let pod = response.fields.first(LoadBalancer.upstream).flatMap { Int($0) }.map { PodID($0) }
      switch response.status {
      case LoadBalancer.ownFailure: return Exchange(outcome: nil, pod: pod)
      case LoadBalancer.closed:
        client.close(on: loop)
        return Exchange(outcome: .eof, pod: pod)
      default: return Exchange(outcome: answers.outcome(of: response, to: request), pod: pod)
      }
    } catch {
      // The load balancer is the harness's own: what goes wrong on the way to it says nothing about
      // the pods, which can only take too long.
      return Exchange(outcome: error == .timeout ? .timeout : nil, pod: nil)
    }
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
