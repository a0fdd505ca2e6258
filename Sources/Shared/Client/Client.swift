/// An HTTP/1.1 client with a pool of idle connections. Belongs to one loop; sends as many requests
/// at a time as it is asked to.
///
/// It never retries: not a connection that could not be made, nor a request on a pooled connection
/// that the other side just closed.
package final class Client {
  package struct Options: Sendable {
    /// From the call until the connection is established.
    package var connectTimeout: Duration = .seconds(10)
    /// From the call to the response's last byte.
    package var requestTimeout: Duration = .seconds(10)
    /// How long an idle connection stays in the pool.
    package var maxIdle: Duration = .seconds(60)
    /// Idle connections in the pool for each address.
    package var maxIdlePerAddress = 64
    /// Sizes of a response; a larger one is malformed.
    package var limits = Limits()

    package init() {}
  }

  private let options: Options
  private var idle: [SocketAddress: [ClientConnection]] = [:]
  private let sweeper = LoopTimer()
  private var isSweepDue = false

  package init(_ options: Options = Options()) { self.options = options }

  /// Sends a request and waits for the whole response.
  ///
  /// - Parameters:
  ///   - request: sent with its target, fields and body. The client adds `Host` if there is none,
  ///     and writes the framing and the connection option itself: `Content-Length` and, unless
  ///     `reuse`, `Connection: close`.
  ///   - source: the local address; its port does not count. A load test spreads its connections
  ///     over several.
  ///   - reuse: sends the request over an idle connection if there is one, and keeps the connection
  ///     in the pool afterwards if the server keeps it open.
  ///   - deadline: ends the wait for the response, if it is earlier than `requestTimeout`.
  /// - Throws: the reason why there is no response. A response with any status is a response.
  package func send(
    _ request: Request, to address: SocketAddress, from source: SocketAddress? = nil,
    reuse: Bool = true,
    before deadline: MonotonicTime? = nil, on loop: isolated EventLoop
  ) async throws(ClientError) -> Response {
    let bytes = RequestEncoder(request, host: address, keepAlive: reuse).bytes
    let isHead = request.method == .head
    let now = MonotonicTime.now
    let timeout = now + options.requestTimeout
    let answerBy = deadline.map { min($0, timeout) } ?? timeout
    let connection: ClientConnection
    let response: Promise<Result<Response, ClientError>>
    if reuse, let pooled = takeIdle(address, on: loop) {
      connection = pooled
      response = connection.send(bytes, isHead: isHead, answerBy: answerBy, on: loop)
    } else {
      connection = try ClientConnection.open(
        to: address, from: source, limits: options.limits,
        onClose: { [weak self] in self?.forget($0) }, on: loop)
      let connectBy = now + options.connectTimeout
      response = connection.connectAndSend(
        bytes, isHead: isHead, connectBy: connectBy, answerBy: answerBy, on: loop)
    }
    let result = await response.wait()
    if reuse, connection.isReusable, idle[address, default: []].count < options.maxIdlePerAddress {
      idle[address, default: []].append(connection)
      if !isSweepDue { sweep(at: connection.idleSince + options.maxIdle, on: loop) }
    } else {
      connection.close(on: loop)
    }
    return try result.get()
  }

  /// Whether the next request to an address would go over an idle connection.
  package func hasIdle(to address: SocketAddress) -> Bool {
    guard let last = idle[address]?.last else { return false }
    return MonotonicTime.now - last.idleSince <= options.maxIdle
  }

  /// Closes the idle connections to an address that no longer exists.
  package func dropIdle(to address: SocketAddress, on loop: isolated EventLoop) {
    for connection in idle.removeValue(forKey: address) ?? [] { connection.close(on: loop) }
  }

  /// Closes all idle connections.
  package func close(on loop: isolated EventLoop) {
    sweeper.clear(on: loop)
    isSweepDue = false
    for address in Array(idle.keys) { dropIdle(to: address, on: loop) }
  }

  /// The idle connection that was used last, unless it has been idle for too long.
  private func takeIdle(_ address: SocketAddress, on loop: isolated EventLoop) -> ClientConnection?
  {
    guard let connection = idle[address]?.popLast() else { return nil }
    if MonotonicTime.now - connection.idleSince <= options.maxIdle { return connection }
    connection.close(on: loop)
    dropIdle(to: address, on: loop)  // the others have been idle for even longer
    return nil
  }

  /// Closes the connections that have been idle for too long, and comes back for the others: one
  /// timer for all, not one for each request.
  private func sweep(at time: MonotonicTime, on loop: isolated EventLoop) {
    isSweepDue = true
    sweeper.set(at: time, on: loop) { [client = LoopBound(self, on: loop)] in
      client.get(on: $0).sweep(on: $0)
    }
  }

  private func sweep(on loop: isolated EventLoop) {
    isSweepDue = false
    for connection in idle.values.joined() where loop.now - connection.idleSince >= options.maxIdle
    { connection.close(on: loop) }
    if let oldest = idle.values.joined().map(\.idleSince).min() {
      sweep(at: oldest + options.maxIdle, on: loop)
    }
  }

  private func forget(_ connection: ClientConnection) {
    idle[connection.address]?.removeAll { $0 === connection }
  }
}
