import Shared

/// A client's way in through a Service, as kube-proxy makes it: each new connection goes to one endpoint of the table, picked at random, and
/// stays with it even when the endpoint is removed. One for each client; belongs to its row's loop.
final class TCPDoor: WayIn {
  private let cluster: ClusterRun
  private let client: Client
  private let source: SocketAddress?
  private let reuse: Bool
  private var current: PodRun?

  init(_ cluster: ClusterRun, source: SocketAddress?, reuse: Bool, timeout: Duration) {
    self.cluster = cluster
    self.source = source
    self.reuse = reuse
    var patience = Client.Options()
    patience.requestTimeout = timeout
    patience.connectTimeout = timeout
    client = Client(patience)
  }

  func send(_ request: Request, on loop: isolated EventLoop) async -> Attempt {
    if let current, client.hasIdle(to: current.address) { return await send(request, to: current, on: loop) }
    guard let pod = cluster.pick() else { return Attempt(outcome: .refused, pod: nil) }
    current = pod
    if case .unreachable(let instant) = pod.life.connect(at: cluster.now) {
      try? await loop.sleep(for: instant - cluster.now)
      return Attempt(outcome: .unreachable, pod: pod.id)
    }
    return await send(request, to: pod, on: loop)
  }

  private func send(_ request: Request, to pod: PodRun, on loop: isolated EventLoop) async -> Attempt {
    do throws(ClientError) {
      let response = try await client.send(request, to: pod.address, from: source, reuse: reuse, on: loop)
      return Attempt(outcome: Outcome(response.status), pod: pod.id)
    } catch {
      return Attempt(outcome: Outcome(error), pod: pod.id)
    }
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
