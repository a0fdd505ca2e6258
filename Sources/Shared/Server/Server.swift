/// An HTTP/1.1 server on one listening socket and an event loop per core, which stops without
/// dropping the ball.
///
/// In the order of its life: `run` warms up, listens and serves; `drain` finishes what clients were
/// promised and stops; `cut` just stops.
public actor Server {
  /// Where it is in its life; whoever waited looks again.
  private enum Stage {
    case new
    case running(Running)
    case stopping(Running)
    case stopped
  }

  private struct Running: Sendable {
    let loops: [EventLoop]
    let acceptor: LoopBound<Acceptor>
    let workers: [LoopBound<Worker>]

    /// Returns when all input that is there has been read, and all timers that are due have rung.
    func settle() async {
      for loop in loops { try? await loop.sleep(for: .zero) }
    }

    func cut() async {
      await acceptor.with { $0.close(on: $1) }
      for worker in workers { await worker.with { $0.cut(on: $1) } }
    }

    /// Returns when the listener and the last connection are closed.
    func stopped() async -> DrainReport {
      await acceptor.with { await $0.closed(on: $1) }
      return await withTaskGroup(of: DrainReport.self) { group in
        for worker in workers { group.addTask { await worker.with { await $0.drained(on: $1) } } }
        return await group.reduce(DrainReport(), +)
      }
    }
  }

  private let config: Config
  private let options: ServerOptions
  private let log: Log
  private let router: Router
  /// Given loops are shared with others, and outlive the server.
  private let givenLoops: [EventLoop]?
  private var stage = Stage.new

  /// A server that does not listen yet: `run` or `start` does.
  /// - Parameters:
  ///   - config: the address and the warm-up.
  ///   - options: limits and times, which the environment does not change.
  ///   - log: takes its life cycle, and what handlers throw; requests are logged by handlers.
  ///   - routes: a path that none of them has is answered with 404, another method with 405.
  public init(
    _ config: Config, options: ServerOptions = ServerOptions(), log: Log, routes: [Route]
  ) {
    self.config = config
    self.options = options
    self.log = log
    router = Router(routes)
    givenLoops = nil
  }

  /// A server on a loop that is there already, with one handler for whatever comes.
  package init(
    _ config: Config, options: ServerOptions = ServerOptions(), log: Log, on loop: EventLoop,
    _ handler: @escaping Handler
  ) {
    self.config = config
    self.options = options
    self.log = log
    router = Router(all: handler)
    givenLoops = [loop]
  }

  /// Warms up, listens and serves until the process is killed, or its task is cancelled.
  public func run() async {
    await run(until: nil)
  }

  /// Warms up, listens and serves until the next signal, which also ends the warm-up, or until its
  /// task is cancelled. What it began goes on until `drain` or `cut`; a server that was stopped
  /// before it listened does not begin. Ends the process with one line and `EX_OSERR` when the
  /// address cannot be had. Raises the process's limit of open files first: 1024, a common default,
  /// is less than the connections that a server takes.
  public func run(until signals: Signals?) async {
    _ = DescriptorLimit.raise()
    do throws(BindError) {
      guard await warmUp(until: signals) else { return }
      let address = try await start()
      log.info("listening", ["address": "\(address)"])
    } catch .spent {
      return
    } catch {
      await log.flush()
      ExitCode.osError.exit("\(error)")
    }
    if let signals {
      await signals.next()
    } else {
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }
  }

  /// Listens and serves from now on.
  /// - Returns: the address it listens on, with the port the kernel chose when 0 was asked for.
  /// - Throws: `BindError`, also when it was started or stopped before.
  @discardableResult
  public func start() async throws(BindError) -> SocketAddress {
    guard case .new = stage else { throw .spent }
    let listener = try listen()
    let address = SocketAddress(boundTo: listener.descriptor) ?? .anyIPv6(config.port)
    let loops =
      givenLoops
      ?? (0..<(options.loops ?? Platform.cores)).map { _ in EventLoop(poller: options.poller) }
    let occupancy = Occupancy(limit: options.maxConnections)
    let workers = loops.map {
      LoopBound(Worker(options, router: router, log: log, occupancy: occupancy), of: $0)
    }
    let acceptor = LoopBound(
      Acceptor(listener, at: address, workers: workers, occupancy: occupancy, log: log),
      of: loops[0])
    // Nothing was waited for since the stage was looked at. Whoever stops from here on finds all
    // that there is to stop.
    stage = .running(Running(loops: loops, acceptor: acceptor, workers: workers))
    let opened = await acceptor.with { (acceptor, loop) -> Result<Void, BindError> in
      do throws(BindError) {
        return .success(try acceptor.open(on: loop))
      } catch {
        return .failure(error)
      }
    }
    do throws(BindError) {
      try opened.get()
      return address
    } catch {
      stage = .stopped
      if givenLoops == nil { for loop in loops { await loop.stop() } }
      throw error
    }
  }

  /// All addresses means IPv6 and IPv4 on one socket, or IPv4 where there is no IPv6.
  private func listen() throws(BindError) -> Socket {
    guard let host = config.host else {
      do {
        return try Socket.listening(on: .anyIPv6(config.port), dualStack: true)
      } catch  where error.errno == EAFNOSUPPORT || error.errno == EADDRNOTAVAIL {
        return try Socket.listening(on: .anyIPv4(config.port))
      }
    }
    guard let address = SocketAddress.resolve(host, port: config.port) else {
      throw .unknown(host: host)
    }
    return try Socket.listening(on: address)
  }

  /// Those of a server that runs; none before and after.
  var loops: [EventLoop] {
    switch stage {
    case .running(let running), .stopping(let running): running.loops
    case .new, .stopped: []
    }
  }

  var isRunning: Bool {
    if case .running = stage { true } else { false }
  }

  /// Whether every loop has heard of the drain.
  var isDraining: Bool {
    get async {
      guard case .stopping(let running) = stage else { return !isRunning }
      for worker in running.workers where !(await worker.with { worker, _ in worker.isDraining }) {
        return false
      }
      return true
    }
  }

  /// Finishes what clients were promised, then stops. This is the contract:
  ///
  /// 1. What is in the backlog is taken, whatever the limit of connections, then the listener is
  ///    closed.
  /// 2. From now on the response to the last request of which a byte was read says
  ///    `Connection: close`, and its connection closes after it. Requests that were pipelined
  ///    before it are answered first, in order. A response whose head was sent already without it
  ///    returns its connection to idle.
  /// 3. A request of which a byte was read is served: the read is cancelled, never the work. A
  ///    client that half-closes after its request gets its response. Half a request keeps its
  ///    time-out (408), and `100 Continue` is still sent.
  /// 4. A connection that is idle, or has not sent a byte, stays open for the lame-duck time, since
  ///    a request may be on its way. Then it is read once more and closed; what comes later is
  ///    counted. Nor is more read of a client that is still being served then.
  /// 5. Closing is a half-close and a short read that ends at the client's end, so that unread
  ///    input never turns the last response into a reset.
  /// 6. It is over when the last connection is closed and the last handler is done, and says what
  ///    it did.
  ///
  /// - Parameters:
  ///   - limit: after this time (default: 20 s) what is left is cut. Handlers go on, but are no
  ///     longer waited for.
  ///   - signals: the next signal does the same at once.
  /// - Returns: what was finished, and what was not. Nothing when it does not run; the same for all
  ///   who stop it at the same time.
  public func drain(within limit: Duration? = nil, cutOn signals: Signals? = nil) async
    -> DrainReport
  {
    if isRunning { log.info("draining") }
    guard let running = beginStop() else { return DrainReport() }
    let began = MonotonicTime.now
    // The workers first: what they get out of the backlog is told to close, too.
    for worker in running.workers { await worker.with { $0.drain(on: $1) } }
    await running.acceptor.with { $0.drain(on: $1) }
    let report = await Cutoff.after(limit ?? options.drain, or: signals) { _ in
      // The process may have been stopped for longer than the deadline: what arrived meanwhile, or
      // only has to be sent, is in time.
      await running.settle()
      await running.cut()
    } whileWaitingFor: {
      await running.stopped()
    }
    return await finish(report, running, since: began)
  }

  /// Stops now, also a drain that has not ended: the backlog is reset, every connection is closed,
  /// whatever it was doing.
  /// - Returns: what that cut. Nothing when it does not run; the same for all who stop it at the
  ///   same time.
  public func cut() async -> DrainReport {
    guard let running = beginStop() else { return DrainReport() }
    let began = MonotonicTime.now
    await running.cut()
    return await finish(await running.stopped(), running, since: began)
  }

  /// What there is to stop, for whoever asks first and for all who ask before it has stopped.
  private func beginStop() -> Running? {
    switch stage {
    case .running(let running), .stopping(let running):
      stage = .stopping(running)
      return running
    case .new, .stopped:
      stage = .stopped
      return nil
    }
  }

  private func finish(_ report: DrainReport, _ running: Running, since began: MonotonicTime) async
    -> DrainReport
  {
    var report = report
    report.took = .now - began
    guard case .stopping = stage else { return report }  // somebody else has done the rest
    stage = .stopped
    log.info(
      "stopped",
      [
        "connections": "\(report.connections)", "finished": "\(report.finished)",
        "late": "\(report.late)", "cut": "\(report.cut)",
        "took": report.took.inMilliseconds,
      ])
    // After a cut, handlers may still be at work on the loops; they end with the process.
    if report.cut == 0, givenLoops == nil { for loop in running.loops { await loop.stop() } }
    return report
  }

  /// False when a signal came before the warm-up, which stands for a real service's start-up, was
  /// over.
  private func warmUp(until signals: Signals?) async -> Bool {
    guard config.warmup > .zero else { return true }
    log.info("warming up", ["seconds": "\(config.warmup / .seconds(1))"])
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { [config] in (try? await Task.sleep(for: config.warmup)) != nil }
      if let signals {
        // A wait that is cancelled took no signal: the next one gets it.
        group.addTask { !(await signals.next()) }
      }
      var isWarm = await group.next() ?? true
      group.cancelAll()
      // A signal may have come while the sleep ended: then it was taken, and counts.
      for await other in group { isWarm = isWarm && other }
      return isWarm
    }
  }
}
