import Libc

/// Accepts the connections of one listening socket, and deals them to the loops in turn.
final class Acceptor: Channel {
  /// A stop may come before `open`.
  private enum Phase {
    case new
    /// The loop watches the listener.
    case open
    case closed
  }

  private let listener: Socket
  private let address: SocketAddress
  private let workers: [LoopBound<Worker>]
  private let connectionLimit: ConnectionLimit
  private let log: Log
  private var next = 0
  private var phase = Phase.new
  private var isDraining = false
  private var starvationNotice = Throttle(.seconds(60))
  private var limitNotice = Throttle(.seconds(60))
  /// A worker is asked to close a connection.
  private var isMakingRoom = false
  private var nextToAsk = 0
  private var timer: Timers<EventLoop.Timer>.ID?
  /// Accepted with a descriptor that is the tasks' own; waits until a lower one is free.
  private var held: Socket?
  private var ceiling = Int32.max
  private let hasClosed = Promise<Void>()

  /// How long to wait for a descriptor or memory before the next attempt.
  static let starvationPause = Duration.milliseconds(100)

  init(
    _ listener: Socket, at address: SocketAddress, workers: [LoopBound<Worker>],
    connectionLimit: ConnectionLimit, log: Log
  ) {
    self.listener = listener
    self.address = address
    self.workers = workers
    self.connectionLimit = connectionLimit
    self.log = log
  }

  /// Begins to accept, unless it was closed before.
  /// - Throws: `BindError` when the loop cannot watch the socket: the kernel would complete
  ///   connections that the server never sees.
  func open(on loop: isolated EventLoop) throws(BindError) {
    guard phase == .new else { return }
    guard loop.attach(self, to: listener.descriptor, .read) else {
      let error = BindError.refused(address, errno: errno)
      close(on: loop)
      throw error
    }
    phase = .open
    ceiling = DescriptorLimit.ceiling
  }

  func ready(_: Readiness, on loop: isolated EventLoop) { accept(on: loop) }

  /// Ends the pause after starvation.
  func due(on loop: isolated EventLoop) {
    timer = nil
    // The worker that was asked may be held up by a handler: another one is asked.
    isMakingRoom = false
    if isDraining { accept(on: loop) } else { resume(on: loop) }
  }

  /// Accepts again, after a connection has closed.
  func resume(on loop: isolated EventLoop) {
    guard phase != .closed else { return }
    watch(for: .read, on: loop)
    // The one that waits is no longer in the backlog, which may be empty.
    if held != nil { accept(on: loop) }
  }

  /// Accepts the connections in the backlog, whatever the limit, then closes the listener (the
  /// contract of `Server.drain`, point 1). When the process has no descriptor to spare, this takes
  /// one of the tasks' own, for one connection after the other, until `close`.
  func drain(on loop: isolated EventLoop) {
    isDraining = true
    accept(on: loop)
  }

  /// Returns when the listener is closed.
  func closed(on loop: isolated EventLoop) async { await hasClosed.wait() }

  /// Closes the listener now. The kernel resets the connections in the backlog.
  func close(on loop: isolated EventLoop) {
    if phase == .closed { return }
    if phase == .open { loop.detach(listener.descriptor) }
    phase = .closed
    listener.close()
    held.take()?.close()
    hasClosed.fulfil()
  }

  private func watch(for interest: Readiness, on loop: isolated EventLoop) {
    if phase == .open { loop.watch(listener.descriptor, for: interest) }
  }

  private func accept(on loop: isolated EventLoop) {
    if phase == .closed { return }
    let bound = LoopBound(self, on: loop)
    var hasAccepted = false
    while true {
      if !isDraining,
        !connectionLimit.hasRoom(
          for: ObjectIdentifier(self),
          orCall: {
            bound.loop.executor.post { bound.get(on: $0).resume(on: $0) }
          }
        )
      {
        // Only the next readiness tells whether another one waits. Without one, no room is needed.
        if hasAccepted { return }
        if limitNotice.pass() != nil {
          log.warning("connection limit reached", ["limit": "\(connectionLimit.limit)"])
        }
        return pause(on: loop)
      }
      let descriptor = nextConnection()
      if descriptor >= 0 {
        deal(Socket(descriptor: descriptor), on: loop)
        hasAccepted = true
        continue
      }
      switch errno {
      case EAGAIN, EWOULDBLOCK: return isDraining ? close(on: loop) : ()
      // This connection failed before it was accepted.
      case EINTR, ECONNABORTED, EPROTO: continue
      default: return starve(errno, on: loop)
      }
    }
  }

  /// As accept(2), but without a descriptor that is the tasks' own.
  private func nextConnection() -> Int32 {
    let accepted = held.take()?.descriptor ?? Platform.acceptConnection(listener.descriptor)
    guard isForTasks(accepted) else { return accepted }
    let lower = fcntl(accepted, F_DUPFD_CLOEXEC, 0)
    if lower >= 0, !isForTasks(lower) {
      _ = Platform.close(accepted)
      return lower
    }
    if lower >= 0 { _ = Platform.close(lower) }
    held = Socket(descriptor: accepted)
    errno = EMFILE
    return -1
  }

  private func isForTasks(_ descriptor: Int32) -> Bool {
    descriptor - (isDraining ? 1 : 0) >= ceiling
  }

  private func deal(_ socket: Socket, on loop: isolated EventLoop) {
    connectionLimit.enter()
    let worker = workers[next]
    next = (next + 1) % workers.count
    if worker.loop === loop {
      worker.get(on: loop).adopt(socket, on: loop)
    } else {
      worker.loop.executor.post { worker.get(on: $0).adopt(socket, on: $0) }
    }
  }

  private func starve(_ error: Int32, on loop: isolated EventLoop) {
    if starvationNotice.pass() != nil {
      log.warning("cannot accept", ["error": String(cString: strerror(error))])
    }
    pause(on: loop)
  }

  /// Lets a connection that is idle make room, and looks again a moment later: readiness is
  /// level-triggered, and a process without descriptors would spin. A drain closes idle connections
  /// by itself.
  private func pause(on loop: isolated EventLoop) {
    watch(for: [], on: loop)
    if timer == nil { timer = loop.schedule(self, at: .now + Self.starvationPause) }
    guard !isDraining, !isMakingRoom else { return }
    isMakingRoom = true
    ask(workers.count, on: loop)
  }

  /// Asks so many workers, one after the other, until one has closed a connection.
  private func ask(_ left: Int, on loop: isolated EventLoop) {
    let worker = workers[nextToAsk]
    nextToAsk = (nextToAsk + 1) % workers.count
    worker.loop.executor.post { [acceptor = LoopBound(self, on: loop)] loop in
      let hasMadeRoom = worker.get(on: loop).makeRoom(on: loop)
      acceptor.loop.executor.post { loop in
        let acceptor = acceptor.get(on: loop)
        if hasMadeRoom || left <= 1 {
          acceptor.isMakingRoom = false
          if hasMadeRoom { acceptor.resume(on: loop) }
        } else {
          acceptor.ask(left - 1, on: loop)
        }
      }
    }
  }
}
