/// The connections of one loop, and their part of a drain. Belongs to the loop.
final class Worker {
  let options: ServerOptions
  private let router: Router
  let log: Log
  private let connectionLimit: ConnectionLimit
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var handlers = 0
  private var waitsForHandlers = true
  private var report: DrainReport?
  private var lameDuckEnd = MonotonicTime.distantFuture
  private var waiters: [Promise<Void>] = []
  private var date = DateCache()

  init(_ options: ServerOptions, router: Router, log: Log, connectionLimit: ConnectionLimit) {
    self.options = options
    self.router = router
    self.log = log
    self.connectionLimit = connectionLimit
  }

  var isDraining: Bool { report != nil }

  /// The `Date` of a response (RFC 9110 section 6.6.1), made once a second.
  func date(on loop: isolated EventLoop) -> [UInt8] { date.bytes(at: loop.now) }

  /// Bytes that the server reads ahead while a client waits for a response. None after the
  /// lame-duck time of a drain: a client that always has another request on its way would never get
  /// `Connection: close`.
  func pipelineBuffer(on loop: isolated EventLoop) -> Int {
    loop.now < lameDuckEnd ? options.pipelineBuffer : 0
  }

  /// Takes over an accepted socket, which the connection limit counts already.
  func adopt(_ socket: Socket, on loop: isolated EventLoop) {
    let connection = Connection(socket, worker: self)
    connections[ObjectIdentifier(connection)] = connection
    if isDraining { report?.connections += 1 }
    connection.open(on: loop)
  }

  func closed(_ connection: Connection, on loop: isolated EventLoop) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    connectionLimit.leave()
    resumeIfDrained()
  }

  /// The handler's response; 500 for an error. Nil: the connection is to be reset.
  func answer(_ request: Request, on loop: isolated EventLoop) async -> Response? {
    do {
      return try await router.handler(for: request)(request, loop)
    } catch is ConnectionReset {
      return nil
    } catch {
      log.error("handler failed", ["path": request.path, "error": "\(error)"])
      return .json(.internalServerError, #"{"error":"internal server error"}"#)
    }
  }

  func started() { handlers += 1 }

  func answered() { report?.finished += 1 }

  func late() { report?.late += 1 }

  func ended() {
    handlers -= 1
    resumeIfDrained()
  }

  /// Begins the drain of all connections, also of those that the acceptor still deals.
  func drain(on loop: isolated EventLoop) {
    if isDraining { return }
    beginReport()
    lameDuckEnd = loop.now + options.lameDuck
    for connection in connections.values { connection.drain(on: loop) }
  }

  /// Returns when the last connection is closed and the last handler has returned.
  func drained(on loop: isolated EventLoop) async -> DrainReport {
    // Again after each wait: the acceptor may deal another connection of the backlog.
    while !isDrained {
      let drained = Promise<Void>()
      waiters.append(drained)
      await drained.wait()
    }
    return report ?? DrainReport()
  }

  /// Closes all connections now. Handlers are not cancelled, but the drain no longer waits for
  /// them.
  func cut(on loop: isolated EventLoop) {
    beginReport()
    waitsForHandlers = false
    for connection in connections.values where connection.cut(on: loop) { report?.cut += 1 }
    resumeIfDrained()
  }

  private func beginReport() {
    guard report == nil else { return }
    report = DrainReport()
    report?.connections = connections.count
  }

  private var isDrained: Bool {
    isDraining && connections.isEmpty && (handlers == 0 || !waitsForHandlers)
  }

  private func resumeIfDrained() {
    guard isDrained else { return }
    for waiter in waiters { waiter.fulfil() }
    waiters = []
  }
}
