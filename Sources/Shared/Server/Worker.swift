/// The connections of one loop, and their part of a drain. Belongs to the loop.
final class Worker {
  let options: ServerOptions
  private let router: Router
  let log: Log
  let budget: BufferBudget
  /// Begins after the report: what ends because of it is counted. One that all loops shared would
  /// begin before some of their reports.
  let notice = DrainNotice()
  private let connectionLimit: ConnectionLimit
  private let refusals: Refusals
  private let pool: ThreadPool
  private let tally: WorkerTally
  private var ids = RequestID.Source()
  private var connections: [ObjectIdentifier: Connection] = [:]
  /// Their clients are gone, and their handlers work.
  private var orphans: [ObjectIdentifier: Connection] = [:]
  /// Connections that have been idle for long, the longest last: found many at a time.
  private var silent: [Connection] = []
  /// Connections that wait for room in the budget.
  private var short: [ObjectIdentifier: Connection] = [:]
  private let retry = LoopTimer()
  private var isRetrying = false
  private var handlers = 0
  private var waitsForHandlers = true
  private var report: DrainReport?
  private var lameDuckEnd = MonotonicTime.distantFuture
  private var waiters: [Promise<Void>] = []
  private var date = DateCache()

  /// How long after a connection began to wait for room it looks for it again.
  private static let retryPause = Duration.milliseconds(100)

  init(_ parts: ServerParts, tally: WorkerTally) {
    options = parts.options
    router = parts.router
    log = parts.log
    connectionLimit = parts.connectionLimit
    budget = parts.budget
    refusals = parts.refusals
    pool = parts.pool
    self.tally = tally
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
    // Dealt while all are cut: it is none that the drain waits for.
    if !waitsForHandlers, connection.cut(on: loop) { report?.cut += 1 }
  }

  func closed(_ connection: Connection, on loop: isolated EventLoop) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    short[ObjectIdentifier(connection)] = nil
    connectionLimit.leave()
    resumeIfDrained()
  }

  func work(for request: Request) -> Route.Work { router.work(for: request) }

  /// The handler's response; 500 for an error. Nil: the connection is to be reset.
  func answer(_ request: Request, by handler: ImmediateHandler, on loop: isolated EventLoop)
    -> Response?
  {
    do {
      return try handler(request, loop)
    } catch {
      return answer(to: request, after: error)
    }
  }

  /// The handler's response; 500 for an error. Nil: the connection is to be reset.
  func answer(_ job: Connection.Job, on loop: isolated EventLoop) async -> Response? {
    do { return try await job.handler(job.request, loop) } catch {
      return answer(to: job, after: error)
    }
  }

  /// A handler that runs on a thread of the pool.
  func offLoop(_ handler: @escaping BlockingHandler) -> Handler {
    let pool = pool
    return { request, _ in
      try await withTaskExecutorPreference(pool) { try await handler(request) }
    }
  }

  /// Apart, so that the frame of a handler that waits has no room for another copy of its request.
  @inline(never)
  private func answer(to job: Connection.Job, after error: any Error) -> Response? {
    answer(to: job.request, after: error)
  }

  private func answer(to request: Request, after error: any Error) -> Response? {
    if error is ConnectionReset { return nil }
    log.error("handler failed", ["id": request.id, "path": request.path, "error": "\(error)"])
    return .json(.internalServerError, #"{"error":"internal server error"}"#)
  }

  func nextID() -> RequestID { ids.next() }

  func started() {
    handlers += 1
    tally.handlers.store(handlers, ordering: .relaxed)
  }

  func answered() { report?.finished += 1 }

  func late(_ count: Int) { report?.late += count }

  func ended(_ connection: Connection) {
    handlers -= 1
    tally.handlers.store(handlers, ordering: .relaxed)
    if !orphans.isEmpty, orphans.removeValue(forKey: ObjectIdentifier(connection)) != nil {
      budget.release(&connection.share)
    }
    resumeIfDrained()
  }

  /// The connection closes while its handler works.
  func leftHandler(of connection: Connection) {
    orphans[ObjectIdentifier(connection)] = connection
  }

  func accessed(_ request: Request, _ status: Status, since began: MonotonicTime) {
    guard let onAccess = options.onAccess else { return }
    onAccess(
      Access(
        method: request.method, path: request.path, status: status, id: request.id,
        took: .now - began))
  }

  func refused(_ status: Status, id: String, because reason: String) {
    refusals.add(status, id: id, because: reason)
    options.onAccess?(Access(method: nil, path: nil, status: status, id: id, took: .zero))
  }

  // MARK: Making room

  /// Closes the connection that has been idle longest, if one has been for long enough.
  func makeRoom(on loop: isolated EventLoop) -> Bool {
    let latest = loop.now + (.zero - options.leastIdle)
    if silent.isEmpty { silent = longestIdle(since: latest) }
    while let connection = silent.popLast() {
      if connection.makeRoom(ifIdleSince: latest, on: loop) { return true }
      if silent.isEmpty { silent = longestIdle(since: latest) }
    }
    return false
  }

  /// A bounded number of them, the longest last: a look at all connections is not for each one.
  private func longestIdle(since latest: MonotonicTime) -> [Connection] {
    let idle = connections.values.compactMap { connection in
      connection.idleSince.flatMap { $0 <= latest ? (since: $0, connection) : nil }
    }
    return idle.sorted { $0.since > $1.since }.suffix(64).map(\.1)
  }

  /// Lets a connection look for room in the budget again, a moment later.
  func waitForRoom(_ connection: Connection, on loop: isolated EventLoop) {
    short[ObjectIdentifier(connection)] = connection
    if isRetrying { return }
    isRetrying = true
    retry.set(at: loop.now + Self.retryPause, on: loop) { [worker = LoopBound(self, on: loop)] in
      worker.get(on: $0).retryShort(on: $0)
    }
  }

  private func retryShort(on loop: isolated EventLoop) {
    isRetrying = false
    let waiting = short
    short = [:]
    for connection in waiting.values { connection.settle(on: loop) }
    if !short.isEmpty { budget.relieve(at: loop.now) }
  }

  // MARK: Stopping

  /// Begins the drain of all connections, also of those that the acceptor still deals.
  func drain(on loop: isolated EventLoop) {
    if isDraining { return }
    beginReport()
    notice.begin()
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
    let report = report ?? DrainReport()
    tally.set(report)
    return report
  }

  /// Closes all connections now, and cancels their handlers. The drain no longer waits for them.
  func cut(on loop: isolated EventLoop) {
    beginReport()
    notice.begin()
    if waitsForHandlers { report?.abandoned = handlers }
    waitsForHandlers = false
    for connection in orphans.values { connection.cancelHandler() }
    for connection in connections.values where connection.cut(on: loop) { report?.cut += 1 }
    // For the case that another loop is blocked, and the drain never comes to ask.
    if let report { tally.set(report) }
    resumeIfDrained()
  }

  /// Returns when the last handler has returned.
  func idle(on loop: isolated EventLoop) async {
    while handlers > 0 {
      let drained = Promise<Void>()
      waiters.append(drained)
      await drained.wait()
    }
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
    guard !waiters.isEmpty, isDrained || handlers == 0 else { return }
    for waiter in waiters { waiter.fulfil() }
    waiters = []
  }
}
