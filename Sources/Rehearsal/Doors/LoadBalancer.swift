import Comparison
import Shared

/// The load balancer of a subject, in HAProxy's vocabulary (`retries 0`, `http-reuse always`,
/// `pool-purge-delay 1s`, `timeout connect 5s`): 503 when it cannot connect to a pod, 504 when a
/// pod takes too long. When a pod closes before it answered, that is 502 on a new upstream
/// connection. On one that had served a request, HAProxy since 3.0 closes to the client without a
/// word, so that the client may decide whether to send again: `eof`. Idle upstream connections are
/// shared by all clients. Belongs to its subject's loop.
final class LoadBalancer {
  /// Tells the harness's own clients which pod a response, or the want of one, comes from.
  static let upstream = "X-Upstream"
  /// What a request got of its upstream is told by statuses that no proxy gives.
  static let ownFailure = Status(599)
  static let closed = Status(598)

  /// From a connection's start until it stands (`timeout connect`).
  static let connectTimeout = Duration.seconds(5)

  private let endpoints: any Endpoints
  private let balancer: Balancer
  private let client: Client
  private let timeout: Duration
  private var server: Server?
  /// Of the service's balancer: the pods that it has idle connections to, the last used one last.
  private var pool: [Backend] = []

  /// - Parameter idle: how long a connection to a pod may wait for its next request.
  init(
    _ endpoints: any Endpoints, _ balancer: Balancer, timeout: Duration,
    idle: Duration = .seconds(1)
  ) {
    self.endpoints = endpoints
    self.balancer = balancer
    self.timeout = timeout
    var pool = Client.Options()
    pool.maxIdle = idle
    pool.maxIdlePerAddress = 1000
    pool.requestTimeout = timeout
    pool.connectTimeout = min(timeout, Self.connectTimeout)
    client = Client(pool)
  }

  /// - Returns: the address, with the port the kernel chose when 0 was asked for.
  /// - Throws: `CommandError` when the address cannot be had.
  @discardableResult
  func open(at address: SocketAddress, on loop: isolated EventLoop) async throws(CommandError)
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
      throw CommandError(.osError, "the load balancer \(error)")
    }
  }

  func close(on loop: isolated EventLoop) async {
    _ = await server?.cut()
    client.close(on: loop)
  }

  /// The endpoint has left the balancer's table: its idle connections go with it, unless it is one
  /// that does not know endpoints.
  func left(_ address: SocketAddress, on loop: isolated EventLoop) {
    if balancer == .endpoints { client.dropIdle(to: address, on: loop) }
  }

  private func forward(_ request: Request, on loop: isolated EventLoop) async -> Response {
    guard let endpoint = upstream() else { return Response(.serviceUnavailable) }
    let isReused = client.hasIdle(to: endpoint.address)
    var response: Response
    do throws(ClientError) {
      if !isReused { try await reach(endpoint, on: loop) }
      var passed = request
      passed.fields.removeAll("Connection")
      passed.fields.removeAll("Content-Length")
      response = try await client.send(passed, to: endpoint.address, on: loop)
      keep(endpoint, on: loop)
    } catch {
      response = Response(Self.status(error, isReused: isReused))
    }
    response.fields.append(Self.upstream, "\(endpoint.pod.number)")
    return response
  }

  /// The pod for a request; nil when the proxies know of none.
  private func upstream() -> Backend? {
    guard balancer == .service else { return endpoints.pick(.http) }
    while let last = pool.last {
      if client.hasIdle(to: last.address) { return last }
      pool.removeLast()
    }
    return endpoints.pick(.tcp)
  }

  /// The request's connection is idle again, if the pod lets it.
  private func keep(_ endpoint: Backend, on loop: isolated EventLoop) {
    switch balancer {
    case .service:
      pool.removeAll { $0.pod == endpoint.pod }
      pool.append(endpoint)
    case .endpoints:
      // It left while the request was under way: the connection must not wait for a next one.
      if !endpoints.isPicked(endpoint.pod) { client.dropIdle(to: endpoint.address, on: loop) }
    }
  }

  /// What loopback cannot show: an address that is gone.
  private func reach(_ endpoint: Backend, on loop: isolated EventLoop) async throws(ClientError) {
    let limit = min(timeout, Self.connectTimeout)
    switch endpoint.reach {
    case .dial: return
    case .unanswered: try? await loop.sleep(for: limit)
    case .unreachable(let instant): try? await loop.sleep(for: min(instant - endpoints.now, limit))
    }
    throw .unreachable
  }

  private static func status(_ error: ClientError, isReused: Bool) -> Status {
    switch error {
    case .refused, .unreachable: .serviceUnavailable
    case .reset, .eof: isReused ? Self.closed : .badGateway
    case .malformed: .badGateway
    case .timeout: .gatewayTimeout
    case .exhausted: Self.ownFailure
    }
  }
}
