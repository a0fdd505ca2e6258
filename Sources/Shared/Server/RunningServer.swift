/// The parts of a server that listens: its loops, and on them what accepts and what serves.
struct RunningServer: Sendable {
  let loops: [EventLoop]
  /// Where it listens.
  let addresses: [SocketAddress]
  let refusals: Refusals
  let budget: BufferBudget
  private let workers: [LoopBound<Worker>]
  private let acceptors: [LoopBound<Acceptor>]
  private let tallies: [WorkerTally]

  /// Binds and makes the parts. Clients wait in the backlog until `open`.
  /// - Parameters:
  ///   - addresses: where to listen, at least one; nil: all addresses.
  ///   - loops: shared ones; nil makes as many as the options say, or as the process may use
  ///     processors.
  /// - Throws: `BindError`, and no socket or loop is left.
  init(
    _ config: Config, options: ServerOptions, log: Log, router: Router,
    at addresses: [SocketAddress]?, on loops: [EventLoop]?
  ) throws(BindError) {
    let sockets = try Listening.sockets(on: addresses, port: config.port)
    do throws(SystemError) {
      if let loops { self.loops = loops } else { self.loops = try Self.loops(options) }
    } catch {
      for socket in sockets { socket.close() }
      throw .exhausted(error)
    }
    let parts = ServerParts(options, router: router, log: log)
    (refusals, budget) = (parts.refusals, parts.budget)
    let tallies = self.loops.map { _ in WorkerTally() }
    let workers = zip(self.loops, tallies).map { LoopBound(Worker(parts, tally: $1), of: $0) }
    let first = self.loops[0]
    self.addresses = sockets.map { SocketAddress(boundTo: $0.descriptor) ?? .anyIPv6(config.port) }
    acceptors = zip(sockets, self.addresses).map {
      LoopBound(
        Acceptor(
          $0, at: $1, workers: workers, connectionLimit: parts.connectionLimit, log: log),
        of: first)
    }
    (self.tallies, self.workers) = (tallies, workers)
  }

  private static func loops(_ options: ServerOptions) throws(SystemError) -> [EventLoop] {
    // A loop takes two, its poller and its wake-up. Tasks need theirs for as long as they run.
    let count = options.loops ?? Processors.usable
    try DescriptorLimit.check(for: 2 * count)
    var loops: [EventLoop] = []
    do throws(SystemError) {
      for _ in 0..<count { loops.append(try EventLoop(trying: options.poller)) }
    } catch {
      for loop in loops { Task { await loop.stop() } }
      throw error
    }
    return loops
  }

  /// Begins to accept.
  /// - Throws: `BindError` of the first listener that cannot; those before it accept.
  func open() async throws(BindError) {
    for acceptor in acceptors {
      let opened = await acceptor.with { (acceptor, loop) -> Result<Void, BindError> in
        do throws(BindError) {
          return .success(try acceptor.open(on: loop))
        } catch {
          return .failure(error)
        }
      }
      try opened.get()
    }
  }

  /// Begins the drain on all loops, and returns when the listeners and the last connection are
  /// closed. The workers first: the connections that they get out of the backlog are told to
  /// close, too.
  func drain() async -> DrainReport {
    await withTaskGroup { group in
      for worker in workers { group.addTask { await worker.with { $0.drain(on: $1) } } }
    }
    for acceptor in acceptors { await acceptor.with { $0.drain(on: $1) } }
    return await stopped()
  }

  /// Whether the drain has begun on every loop.
  var isDraining: Bool {
    get async {
      for worker in workers where !(await worker.with { worker, _ in worker.isDraining }) {
        return false
      }
      return true
    }
  }

  /// Closes all at once, on each loop by itself: one may be blocked.
  /// - Parameter settling: first reads all input that has arrived, and rings the timers that are
  ///   due. The process may have been stopped for longer than the deadline: requests that arrived,
  ///   and responses that were ready meanwhile, are in time.
  func cut(settling: Bool) async {
    await withTaskGroup { group in
      for acceptor in acceptors {
        group.addTask {
          if settling { try? await acceptor.loop.sleep(for: .zero) }
          await acceptor.with { $0.close(on: $1) }
        }
      }
      for worker in workers {
        group.addTask {
          if settling { try? await worker.loop.sleep(for: .zero) }
          await worker.with { $0.cut(on: $1) }
        }
      }
    }
  }

  /// Returns when the listeners and the last connection are closed.
  func stopped() async -> DrainReport {
    for acceptor in acceptors { await acceptor.with { await $0.closed(on: $1) } }
    return await withTaskGroup(of: DrainReport.self) { group in
      for worker in workers { group.addTask { await worker.with { await $0.drained(on: $1) } } }
      return await group.reduce(DrainReport(), +)
    }
  }

  /// What has been done, as far as the loops tell: a handler that blocks one holds it up.
  var reportOrRest: DrainReport { tallies.map(\.reportOrRest).reduce(DrainReport(), +) }

  /// Ends the loops' threads once their last handlers have returned.
  func endLoops() async {
    for worker in workers { await worker.with { await $0.idle(on: $1) } }
    for loop in loops { await loop.stop() }
  }
}
