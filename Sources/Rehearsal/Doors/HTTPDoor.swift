import Comparison
import Shared

/// The load balancer of a row, in HAProxy's vocabulary (`retries 0`, `http-reuse always`,
/// `pool-purge-delay 1s`): 503 when it cannot connect to the endpoint it picked, 502 when that
/// closed before it answered, 504 when it took too long. Idle connections to the pods are shared by
/// all clients. Belongs to its row's loop.
final class HTTPDoor {
  /// Tells the harness's own clients which pod a response, or the want of one, comes from.
  static let upstream = "X-Upstream"

  private let endpoints: any Endpoints
  private let client: Client
  private let timeout: Duration
  private var server: Server?

  /// - Parameter idle: how long a connection to a pod may wait for its next request.
  init(_ endpoints: any Endpoints, timeout: Duration, idle: Duration = .seconds(1)) {
    self.endpoints = endpoints
    self.timeout = timeout
    var pool = Client.Options()
    pool.maxIdle = idle
    pool.maxIdlePerAddress = 1000
    pool.requestTimeout = timeout
    pool.connectTimeout = timeout
    client = Client(pool)
  }

  /// - Returns: the address, with the port the kernel chose when 0 was asked for.
  /// - Throws: `Refusal` when the address cannot be had.
  @discardableResult
  func open(at address: SocketAddress, on loop: isolated EventLoop) async throws(Refusal)
    -> SocketAddress
  {
    var config = Config()
    config.host = address.host
    config.port = address.port
    // There are as many clients as were asked for, and room for them: none is to wait in the
    // backlog for another's end.
    var options = ServerOptions()
    options.maxConnections = .max
    let door = LoopBound(self, on: loop)
    let server = Server(config, options: options, log: .none, on: loop) { request, loop in
      await door.get(on: loop).forward(request, on: loop)
    }
    do throws(BindError) {
      let bound = try await server.start()
      self.server = server
      return bound
    } catch {
      throw Refusal(message: "the load balancer \(error)", status: 71)
    }
  }

  func close(on loop: isolated EventLoop) async {
    _ = await server?.cut()
    client.close(on: loop)
  }

  /// The endpoint has left the table: its idle connections go with it.
  func left(_ address: SocketAddress, on loop: isolated EventLoop) {
    client.dropIdle(to: address, on: loop)
  }

  private func forward(_ request: Request, on loop: isolated EventLoop) async -> Response {
    guard let endpoint = endpoints.pick() else { return Response(.serviceUnavailable) }
    var response: Response
    do throws(ClientError) {
      if !client.hasIdle(to: endpoint.address), case .unreachable(let instant) = endpoint.reach {
        try? await loop.sleep(for: min(instant - endpoints.now, timeout))
        throw .unreachable
      }
      var passed = request
      passed.fields.removeAll("Connection")
      passed.fields.removeAll("Content-Length")
      response = try await client.send(passed, to: endpoint.address, on: loop)
      // It left while the request was under way: the connection must not wait for a next one.
      if !endpoints.isPicked(endpoint.pod) { client.dropIdle(to: endpoint.address, on: loop) }
    } catch {
      response = Response(Self.status(error))
    }
    response.fields.append(Self.upstream, "\(endpoint.pod.number)")
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
