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
  /// Those that have a request.
  private var active: [ObjectIdentifier: ClientConnection] = [:]
  /// When `hurry` was called last, and what then began ends by.
  private var hurried: (at: MonotonicTime, deadline: MonotonicTime)?
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
    let now = MonotonicTime.now
    let timeout = now + options.requestTimeout
    let attempt = Attempt(
      request, to: address, reuse: reuse, connectBy: now + options.connectTimeout,
      answerBy: deadline.map { min($0, timeout) } ?? timeout)
    if reuse, let pooled = takeIdle(address, on: loop) {
      return try await finish(attempt, pooled, pooled.send(attempt, on: loop), on: loop).get()
    }
    return try await connectAndSend(attempt, from: source, on: loop).result.get()
  }

  /// Sends a request to one of several addresses of one server: over an idle connection if there is
  /// one, else to the first that accepts a connection. They share the time (RFC 8305 section 5):
  /// one that hangs leaves enough for the others.
  ///
  /// - Parameters:
  ///   - addresses: at least one.
  ///   - fresh: over a new connection, also if there is an idle one.
  /// - Returns: the response, and the address that gave it.
  func send(
    _ request: Request, toAnyOf addresses: [SocketAddress], fresh: Bool,
    before deadline: MonotonicTime, on loop: isolated EventLoop
  ) async throws(ClientError) -> (Response, SocketAddress) {
    if !fresh {
      for address in addresses {
        guard let pooled = takeIdle(address, on: loop) else { continue }
        let attempt = Attempt(
          request, to: address, reuse: true, connectBy: deadline, answerBy: deadline)
        let result = await finish(attempt, pooled, pooled.send(attempt, on: loop), on: loop)
        return (try result.get(), address)
      }
    }
    var failure = ClientError.unreachable
    let began = MonotonicTime.now
    for (index, address) in addresses.enumerated() {
      let now = MonotonicTime.now
      let answerBy =
        hurried.map { began < $0.at ? min(deadline, $0.deadline) : deadline } ?? deadline
      let share = max(answerBy - now, .zero) / (addresses.count - index)
      let attempt = Attempt(
        request, to: address, reuse: true, connectBy: now + share, answerBy: answerBy)
      switch await connectAndSend(attempt, from: nil, on: loop) {
      case (.success(let response), _): return (response, address)
      // The server has the request: another address would be a second attempt.
      case (.failure(let error), hasConnected: true): throw error
      case (.failure(let error), hasConnected: false): failure = error
      }
    }
    throw failure
  }

  /// What is sent, and until when.
  struct Attempt {
    let address: SocketAddress
    let reuse: Bool
    let bytes: [UInt8]
    let isHead: Bool
    let connectBy: MonotonicTime
    let answerBy: MonotonicTime

    fileprivate init(
      _ request: Request, to address: SocketAddress, reuse: Bool, connectBy: MonotonicTime,
      answerBy: MonotonicTime
    ) {
      self.address = address
      self.reuse = reuse
      self.connectBy = connectBy
      self.answerBy = answerBy
      bytes = RequestEncoder(request, host: address, keepAlive: reuse).bytes
      isHead = request.method == .head
    }
  }

  private func connectAndSend(
    _ attempt: Attempt, from source: SocketAddress?, on loop: isolated EventLoop
  ) async -> (result: Result<Response, ClientError>, hasConnected: Bool) {
    let connection: ClientConnection
    do throws(ClientError) {
      connection = try ClientConnection.open(
        to: attempt.address, from: source, limits: options.limits,
        onClose: { [weak self] in self?.forget($0) }, on: loop)
    } catch {
      return (.failure(error), false)
    }
    let response = connection.connectAndSend(attempt, on: loop)
    let result = await finish(attempt, connection, response, on: loop)
    return (result, connection.hasConnected)
  }

  /// Waits for the response, and keeps or closes the connection.
  private func finish(
    _ attempt: Attempt, _ connection: ClientConnection,
    _ response: Promise<Result<Response, ClientError>>, on loop: isolated EventLoop
  ) async -> Result<Response, ClientError> {
    active[ObjectIdentifier(connection)] = connection
    let result = await response.wait()
    active[ObjectIdentifier(connection)] = nil
    let address = attempt.address
    if attempt.reuse, connection.isReusable,
      idle[address, default: []].count < options.maxIdlePerAddress
    {
      idle[address, default: []].append(connection)
      if !isSweepDue { sweep(at: connection.idleSince + options.maxIdle, on: loop) }
    } else {
      connection.close(on: loop)
    }
    return result
  }

  /// How many requests wait for their responses.
  var activeCount: Int { active.count }

  /// Ends the wait for each response that is under way at an instant, unless it ends before.
  func hurry(before deadline: MonotonicTime, on loop: isolated EventLoop) {
    hurried = (.now, deadline)
    for connection in active.values { connection.hurry(before: deadline, on: loop) }
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
