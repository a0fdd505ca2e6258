/// An HTTP/1.1 server on one listening socket with an event loop per core, which stops without
/// dropping a request. For a name with several addresses it has a socket for each.
///
/// In the order of its life: `run` warms up, listens and serves; `drain` finishes the requests of
/// clients and stops; `cut` stops at once. A server that is released without either stops at once.
public actor Server {
  /// Where it is in its life. Looked at again after each `await`.
  private enum State {
    case new
    case running(RunningServer)
    case stopping(RunningServer)
    case stopped
  }

  private let config: Config
  private let options: ServerOptions
  private let log: Log
  private let router: Router
  /// Loops that are shared and outlive the server; nil: it makes its own.
  private let givenLoops: [EventLoop]?
  private var state = State.new
  /// Where it listens.
  private var addresses: [SocketAddress] = []

  /// A server that does not listen yet: `run` or `start` does.
  /// - Parameters:
  ///   - config: the address and the warm-up.
  ///   - options: limits and times, which the environment does not change. A precondition: the
  ///     server can serve something with them.
  ///   - log: gets the life cycle and the errors that handlers throw. Handlers log their requests.
  ///   - routes: a path without a route is answered with 404, another method of a path with 405.
  public init(
    _ config: Config, options: ServerOptions = ServerOptions(), log: Log, routes: [Route]
  ) {
    self.config = config
    self.options = options.changed(by: config).checked()
    self.log = log
    router = Router(routes)
    givenLoops = nil
  }

  /// A server on a shared loop, with one handler for all requests.
  package init(
    _ config: Config, options: ServerOptions = ServerOptions(), log: Log, on loop: EventLoop,
    _ handler: @escaping Handler
  ) {
    self.config = config
    self.options = options.checked()
    self.log = log
    router = Router(all: handler)
    givenLoops = [loop]
  }

  /// Warms up, listens and serves until the process is killed or the task is cancelled.
  public func run() async {
    await run(until: nil)
  }

  /// Warms up, listens and serves until the next signal, which also ends the warm-up and the
  /// look-up of the host's name, or until the task is cancelled. Then it returns; the server serves
  /// on until `drain` or `cut`. A server that was stopped before it listens does not begin.
  ///
  /// Ends the process with one line and exit status 71 (`EX_OSERR`) when it cannot listen. Raises
  /// the process's limit of open files first: the common default, 1024, is less than the
  /// connections that a server takes.
  public func run(until signals: Signals?) async {
    do throws(BindError) {
      try await serve(until: signals)
    } catch {
      await log.flush()
      ExitCode.osError.exit("\(error)")
    }
  }

  /// As `run`, for a process that does more than this: throws instead of ending it.
  /// - Throws: `BindError` when the server cannot listen.
  public func serve(until signals: Signals?) async throws(BindError) {
    _ = DescriptorLimit.raise()
    do throws(BindError) {
      try await start(at: startUp.run(until: signals))
      for address in addresses { log.info("listening", ["address": "\(address)"]) }
    } catch .spent {
      return
    }
    if let signals {
      await signals.next()
    } else {
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }
  }

  /// Listens and serves from now on, without a warm-up.
  /// - Returns: the address, with the port that the kernel chose if the configuration has 0; of a
  ///   name with several addresses the first.
  /// - Throws: `BindError`, also when the server was started or stopped before, or when the task is
  ///   cancelled while the host's name is looked up.
  @discardableResult
  public func start() async throws(BindError) -> SocketAddress {
    guard case .new = state else { throw .spent }
    return try await start(at: startUp.addresses())
  }

  private var startUp: StartUp { StartUp(config: config, log: log, lookUp: options.lookUp) }

  /// - Parameter places: as `StartUp` gives them.
  @discardableResult
  private func start(at places: [SocketAddress]?) async throws(BindError) -> SocketAddress {
    guard case .new = state else { throw .spent }
    let running = try RunningServer(
      config, options: options, log: log, router: router, at: places, on: givenLoops)
    addresses = running.addresses
    // There was no `await` since the look at the state. A stop from here on finds all its parts.
    state = .running(running)
    do throws(BindError) {
      try await running.open()
    } catch {
      _ = await cut()
      throw error
    }
    return addresses[0]
  }

  /// Stops at once: nothing could stop the server later.
  deinit {
    guard case .running(let running) = state else { return }
    let keepsLoops = givenLoops != nil
    Task {
      await running.cut(settling: false)
      if !keepsLoops { await running.endLoops() }
    }
  }

  private var running: RunningServer? {
    switch state {
    case .running(let running), .stopping(let running): running
    case .new, .stopped: nil
    }
  }

  /// The loops of a running server; none before and after.
  var loops: [EventLoop] { running?.loops ?? [] }

  /// The bytes that count against `ServerOptions.bufferBudget` now.
  var buffered: Int { running?.budget.taken ?? 0 }

  var isRunning: Bool {
    if case .running = state { true } else { false }
  }

  /// Whether the drain has begun on every loop.
  var isDraining: Bool {
    get async {
      guard case .stopping(let running) = state else { return !isRunning }
      return await running.isDraining
    }
  }

  /// Finishes the requests of clients, then stops. This is the contract:
  ///
  /// 1. The server accepts all connections in the backlog, whatever the connection limit, then
  ///    closes the listener.
  /// 2. From now on the response to the last request of which a byte was read carries
  ///    `Connection: close`, and its connection closes after it. Requests that were pipelined
  ///    before it are answered first, in order. A response whose head was sent before without it
  ///    returns its connection to idle.
  /// 3. A request of which a byte was read is served: the drain cancels reads, never handlers. A
  ///    client that half-closes after its request gets its response. A half-received request keeps
  ///    its time-out (408), and the server still sends `100 Continue`.
  /// 4. A connection that is idle, or has not sent a byte, stays open for the lame-duck time, since
  ///    a request may be on its way. Then it is read once more and closed; a request that arrives
  ///    later counts as late. From then on the server reads no further request from a client that
  ///    it is still serving, either.
  /// 5. The server closes a connection with a half-close and a short read that ends with the
  ///    client's end, so that unread input never turns the last response into a reset.
  /// 6. The drain ends when the last connection is closed and the last handler has returned, and
  ///    reports what it did.
  ///
  /// - Parameters:
  ///   - limit: after this time (default: 20 s) the open connections are cut. Handlers are
  ///     cancelled and counted, and the drain no longer waits for them. Nor does it wait for a loop
  ///     that a handler blocks.
  ///   - signals: the next signal cuts at once.
  /// - Returns: what was finished and what was not; all zero when the server does not run. Calls at
  ///   the same time return the same.
  public func drain(within limit: Duration? = nil, cutOn signals: Signals? = nil) async
    -> DrainReport
  {
    if isRunning { log.info("draining") }
    guard let running = beginStop() else { return DrainReport() }
    let began = MonotonicTime.now
    let report = await Deadline.after(limit ?? options.drain, or: signals) { _ in
      await running.cut(settling: true)
    } whileWaitingFor: {
      await running.drain()
    } orGiveUp: {
      running.reportOrRest
    }
    return await finish(report, running, since: began)
  }

  /// Stops now, also in the middle of a drain: resets the connections in the backlog and closes all
  /// others, whatever they are doing.
  /// - Returns: what that cut; all zero when the server does not run. Calls at the same time return
  ///   the same.
  public func cut() async -> DrainReport {
    guard let running = beginStop() else { return DrainReport() }
    let began = MonotonicTime.now
    let report = await Deadline.after(.zero, or: nil) { _ in
      await running.cut(settling: false)
    } whileWaitingFor: {
      await running.stopped()
    } orGiveUp: {
      running.reportOrRest
    }
    return await finish(report, running, since: began)
  }

  /// The parts to stop; nil when there are none, or no more.
  private func beginStop() -> RunningServer? {
    let running = running
    state = running.map { .stopping($0) } ?? .stopped
    return running
  }

  private func finish(
    _ report: DrainReport, _ running: RunningServer, since began: MonotonicTime
  ) async -> DrainReport {
    var report = report
    report.took = .now - began
    report.refused = running.refusals.count
    guard case .stopping = state else { return report }  // another call has done the rest
    state = .stopped
    log.info(
      "stopped",
      [
        "connections": "\(report.connections)", "finished": "\(report.finished)",
        "late": "\(report.late)", "cut": "\(report.cut)", "abandoned": "\(report.abandoned)",
        "refused": "\(report.refused)", "took": report.took.inMilliseconds,
      ])
    guard givenLoops == nil else { return report }
    if report.abandoned == 0 {
      await running.endLoops()
    } else {
      // Handlers may still run on the loops.
      Task { await running.endLoops() }
    }
    return report
  }
}
