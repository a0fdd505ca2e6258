/// The listening socket, and the only one: takes connections out of the backlog and deals them to the loops in turn.
final class Acceptor: Channel {
  private let listener: Socket
  private let workers: [LoopBound<Worker>]
  private let occupancy: Occupancy
  private let log: Log
  private var next = 0
  private var isOpen = true
  private var isStarved = false

  /// How long to wait for a descriptor or memory before the next attempt.
  static let starvationPause = Duration.milliseconds(100)

  init(_ listener: Socket, workers: [LoopBound<Worker>], occupancy: Occupancy, log: Log) {
    self.listener = listener
    self.workers = workers
    self.occupancy = occupancy
    self.log = log
  }

  func open(on loop: isolated EventLoop) -> Bool { loop.attach(self, to: listener.descriptor, .read) }

  func ready(_: Readiness, on loop: isolated EventLoop) { accept(on: loop, upToLimit: true) }

  /// The pause after starvation is over.
  func due(on loop: isolated EventLoop) { resume(on: loop) }

  /// There is room again.
  func resume(on loop: isolated EventLoop) {
    guard isOpen else { return }
    loop.watch(listener.descriptor, for: .read)
  }

  /// Closes the listener. A drain first takes what is in the backlog, whatever the limit (contract, point 1): those connections belong to
  /// clients. What is left there is reset by the kernel.
  func close(takingBacklog: Bool, on loop: isolated EventLoop) {
    guard isOpen else { return }
    if takingBacklog { accept(on: loop, upToLimit: false) }
    isOpen = false
    loop.detach(listener.descriptor)
    listener.close()
  }

  private func accept(on loop: isolated EventLoop, upToLimit: Bool) {
    guard isOpen else { return }
    let bound = LoopBound(self, on: loop)
    while true {
      if upToLimit, !occupancy.hasRoom(orCall: { bound.loop.executor.post { bound.get(on: $0).resume(on: $0) } }) {
        return loop.watch(listener.descriptor, for: [])
      }
      let descriptor = Platform.acceptConnection(listener.descriptor)
      if descriptor >= 0 {
        isStarved = false
        deal(Socket(descriptor: descriptor), on: loop)
        continue
      }
      switch errno {
      case EAGAIN, EWOULDBLOCK: return
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
