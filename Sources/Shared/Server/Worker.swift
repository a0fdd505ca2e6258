/// The connections of one loop, and the part of a drain that is theirs.
final class Worker {
  let options: ServerOptions
  private let router: Router
  let log: Log
  private let occupancy: Occupancy
  private var connections: [ObjectIdentifier: Connection] = [:]
  private var handlers = 0
  private var waitsForHandlers = true
  private var report: DrainReport?
  private var lameDuckEnd = MonotonicTime.distantFuture
  private var waiters: [Promise<Void>] = []
  private var date = DateCache()

  init(_ options: ServerOptions, router: Router, log: Log, occupancy: Occupancy) {
    self.options = options
    self.router = router
    self.log = log
    self.occupancy = occupancy
  }

  var isDraining: Bool { report != nil }

  /// The `Date` of a response (RFC 9110 section 6.6.1), made once a second.
  func date(on loop: isolated EventLoop) -> [UInt8] { date.bytes(at: loop.now) }

  /// Bytes that a client may send ahead while it waits for a response. In a drain none once the
  /// lame-duck time is over: a client that always has another request on its way would never be
  /// told to close.
  func pipelineBuffer(on loop: isolated EventLoop) -> Int {
    loop.now < lameDuckEnd ? options.pipelineBuffer : 0
  }

  /// Takes over an accepted socket, which counts as open already.
  func adopt(_ socket: Socket, on loop: isolated EventLoop) {
    let connection = Connection(socket, worker: self)
    connections[ObjectIdentifier(connection)] = connection
    if isDraining { report?.connections += 1 }
    connection.open(on: loop)
  }

  func closed(_ connection: Connection, on loop: isolated EventLoop) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    occupancy.leave()
    resumeIfDrained()
  }

  /// What a request's handler answers. Nil for a client that is to get no answer.
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

  /// Tells every connection, and those that are still to come.
  func drain(on loop: isolated EventLoop) {
    if isDraining { return }
    beginReport()
    lameDuckEnd = loop.now + options.lameDuck
    for connection in connections.values { connection.drain(on: loop) }
  }

  /// Returns when the last connection is closed and the last handler is done.
  func drained(on loop: isolated EventLoop) async -> DrainReport {
    // Looked at again after each wait: the acceptor may deal another connection of the backlog.
    while !isDrained {
      let drained = Promise<Void>()
      waiters.append(drained)
      await drained.wait()
    }
    return report ?? DrainReport()
  }

  /// Closes every connection now. The handlers' work is not cancelled, but it is no longer waited
  /// for.
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
