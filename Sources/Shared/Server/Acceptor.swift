/// The listening socket, and the only one: takes connections out of the backlog and deals them to
/// the loops in turn.
final class Acceptor: Channel {
  private let listener: Socket
  private let address: SocketAddress
  private let workers: [LoopBound<Worker>]
  private let occupancy: Occupancy
  private let log: Log
  private var next = 0
  private var isOpen = true
  private var isDraining = false
  private var isStarved = false
  /// Kept for the drain of a process that has no other left: without one the kernel does not even
  /// say whether somebody waits.
  private var reserve: Int32 = -1
  private let hasClosed = Promise<Void>()

  /// How long to wait for a descriptor or memory before the next attempt.
  static let starvationPause = Duration.milliseconds(100)

  init(
    _ listener: Socket, at address: SocketAddress, workers: [LoopBound<Worker>],
    occupancy: Occupancy, log: Log
  ) {
    self.listener = listener
    self.address = address
    self.workers = workers
    self.occupancy = occupancy
    self.log = log
  }

  /// - Throws: `BindError` when connections could not be waited for: the kernel would take them,
  ///   and nobody would serve them.
  func open(on loop: isolated EventLoop) throws(BindError) {
    guard loop.attach(self, to: listener.descriptor, .read) else {
      let error = BindError.refused(address, errno: errno)
      isOpen = false
      listener.close()
      hasClosed.fulfil()
      throw error
    }
    reserve = Platform.openNothing()
  }

  func ready(_: Readiness, on loop: isolated EventLoop) { accept(on: loop) }

  /// The pause after starvation is over.
  func due(on loop: isolated EventLoop) {
    if isDraining { accept(on: loop) } else { resume(on: loop) }
  }

  /// There is room again.
  func resume(on loop: isolated EventLoop) {
    guard isOpen else { return }
    loop.watch(listener.descriptor, for: .read)
  }

  /// Takes what is in the backlog, whatever the limit, then closes the listener: those connections
  /// belong to clients (the contract of `Server.drain`, point 1). Without a descriptor left that
  /// goes on as others close, until `close`.
  func drain(on loop: isolated EventLoop) {
    isDraining = true
    giveUpReserve()
    accept(on: loop)
  }

  /// Returns when the listener is closed.
  func closed(on loop: isolated EventLoop) async { await hasClosed.wait() }

  /// Closes the listener now. The kernel resets what is in the backlog.
  func close(on loop: isolated EventLoop) {
    guard isOpen else { return }
    isOpen = false
    loop.detach(listener.descriptor)
    listener.close()
    giveUpReserve()
    hasClosed.fulfil()
  }

  private func giveUpReserve() {
    if reserve >= 0 { _ = Platform.close(reserve) }
    reserve = -1
  }

  private func accept(on loop: isolated EventLoop) {
    guard isOpen else { return }
    let bound = LoopBound(self, on: loop)
    while true {
      if !isDraining,
        !occupancy.hasRoom(orCall: { bound.loop.executor.post { bound.get(on: $0).resume(on: $0) } }
        )
      {
        return loop.watch(listener.descriptor, for: [])
      }
      let descriptor = Platform.acceptConnection(listener.descriptor)
      if descriptor >= 0 {
        isStarved = false
        deal(Socket(descriptor: descriptor), on: loop)
        continue
      }
      switch errno {
      case EAGAIN, EWOULDBLOCK: return isDraining ? close(on: loop) : ()
      case EINTR, ECONNABORTED, EPROTO: continue  // this one failed before it was taken: the next may do
      default: return starve(errno, on: loop)
      }
    }
  }

  private func deal(_ socket: Socket, on loop: isolated EventLoop) {
    occupancy.enter()
    let worker = workers[next]
    next = (next + 1) % workers.count
    if worker.loop === loop {
      worker.get(on: loop).adopt(socket, on: loop)
    } else {
      worker.loop.executor.post { worker.get(on: $0).adopt(socket, on: $0) }
    }
  }

  /// Readiness is level-triggered: without a pause, a process without descriptors would spin.
  private func starve(_ error: Int32, on loop: isolated EventLoop) {
    if !isStarved { log.warning("cannot accept", ["error": String(cString: strerror(error))]) }
    isStarved = true
    loop.watch(listener.descriptor, for: [])
    _ = loop.schedule(self, at: .now + Self.starvationPause)
  }
}
