import Shared

/// The load balancer of a row, in HAProxy's vocabulary (`retries 0`, `http-reuse always`, `pool-purge-delay 1s`): 503 when it cannot connect
/// to the endpoint it picked, 502 when that closed before it answered, 504 when it took too long. Idle connections to the pods are shared by
/// all clients. Belongs to its row's loop.
final class HTTPDoor {
  /// Tells the harness's own clients which pod a response, or the want of one, comes from.
  static let upstream = "X-Upstream"

  private let cluster: ClusterRun
  private let client: Client
  private var server: Server?

  init(_ cluster: ClusterRun, timeout: Duration) {
    self.cluster = cluster
    var pool = Client.Options()
    pool.maxIdle = .seconds(1)
    pool.maxIdlePerAddress = 1000
    pool.requestTimeout = timeout
    pool.connectTimeout = timeout
    client = Client(pool)
  }

  /// - Throws: `Refusal` when the address cannot be had.
  func open(at address: SocketAddress, on loop: isolated EventLoop) async throws(Refusal) {
    var config = Config()
    config.host = address.host
    config.port = address.port
    let door = LoopBound(self, on: loop)
    let server = Server(config, log: .none, on: loop) { request, loop in await door.get(on: loop).forward(request, on: loop) }
    do throws(BindError) {
      try await server.start()
    } catch {
      throw Refusal(message: "the load balancer \(error)", status: 71)
    }
    self.server = server
  }

  func close(on loop: isolated EventLoop) async {
    _ = await server?.cut()
    client.close(on: loop)
  }

  /// The endpoint has left the table: its idle connections go with it.
  func left(_ pod: PodRun, on loop: isolated EventLoop) { client.dropIdle(to: pod.address, on: loop) }

  private func forward(_ request: Request, on loop: isolated EventLoop) async -> Response {
    guard let pod = cluster.pick() else { return Response(.serviceUnavailable) }
    var response: Response
    do throws(ClientError) {
      if !client.hasIdle(to: pod.address), case .unreachable(let instant) = pod.life.connect(at: cluster.now) {
        try? await loop.sleep(for: instant - cluster.now)
        throw .unreachable
      }
      var passed = request
      passed.fields.removeAll("Connection")
      passed.fields.removeAll("Content-Length")
      response = try await client.send(passed, to: pod.address, on: loop)
    } catch {
      response = Response(Self.status(error))
    }
    response.fields.append(Self.upstream, "\(pod.id.number)")
    return response
  }

  private static func status(_ error: ClientError) -> Status {
    switch error {
    case .refused, .unreachable: .serviceUnavailable
    case .reset, .eof, .malformed: .badGateway
    case .timeout: .gatewayTimeout
    // Not the service's fault: a status that no proxy gives, so that it is told apart.
    case .exhausted: Self.ownFailure
    }
  }

  static let ownFailure = Status(599)
}
