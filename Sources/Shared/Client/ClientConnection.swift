import Libc

/// One connection of a client: connects, sends a request, receives its response, and repeats the
/// last two. One request at a time.
final class ClientConnection: Channel {
  private enum State {
    case connecting(request: [UInt8], Waiting)
    case waiting(Waiting)
    /// Between two requests.
    case idle
    case closed
  }

  private struct Waiting {
    let response: Promise<Result<Response, ClientError>>
    let deadline: MonotonicTime
  }

  let address: SocketAddress
  private let socket: Socket
  private var state = State.idle
  private let limits: Limits
  private var parser = ResponseParser(isHead: false)
  private var output = OutputBuffer()
  /// The kernel reports a reset once: a read that follows a failed write finds only an end.
  private var hasFailedToWrite = false
  private var timer: Timers<EventLoop.Timer>.ID?
  /// Called when the connection has closed.
  private let onClose: (ClientConnection) -> Void
  private(set) var idleSince = MonotonicTime.now
  /// Whether the server has accepted the connection.
  private(set) var hasConnected = false
  /// When the time of this address is over.
  private var connectBy = MonotonicTime.now
  /// Whether the last response left the connection open.
  private(set) var isReusable = false

  private init(
    _ socket: Socket, address: SocketAddress, limits: Limits,
    onClose: @escaping (ClientConnection) -> Void
  ) {
    self.socket = socket
    self.limits = limits
    self.address = address
    self.onClose = onClose
  }

  /// Connects and sends a first request.
  static func open(
    to address: SocketAddress, from source: SocketAddress?, limits: Limits,
    onClose: @escaping (ClientConnection) -> Void,
    on loop: isolated EventLoop
  ) throws(ClientError) -> ClientConnection {
    let socket = try Socket.connecting(to: address, from: source)
    Platform.disableNagle(socket.descriptor)
    let connection = ClientConnection(socket, address: address, limits: limits, onClose: onClose)
    guard loop.attach(connection, to: socket.descriptor, .write) else {
      defer { socket.close() }
      throw .exhausted(errno)
    }
    return connection
  }

  /// Begins the first request, which is sent once the connection is established; the caller awaits
  /// the response. As with `send`, the request is registered when this returns: an event before the
  /// caller suspends gives the response, too.
  func connectAndSend(_ attempt: Client.Attempt, on loop: isolated EventLoop) -> Promise<
    Result<Response, ClientError>
  > {
    parser = ResponseParser(isHead: attempt.isHead, limits: limits)
    let waiting = Waiting(response: Promise(), deadline: attempt.answerBy)
    state = .connecting(request: attempt.bytes, waiting)
    connectBy = attempt.connectBy
    timer = loop.schedule(self, at: min(connectBy, attempt.answerBy))
    return waiting.response
  }

  /// Begins a further request.
  func send(_ attempt: Client.Attempt, on loop: isolated EventLoop) -> Promise<
    Result<Response, ClientError>
  > {
    parser = ResponseParser(isHead: attempt.isHead, limits: limits)
    isReusable = false
    let waiting = Waiting(response: Promise(), deadline: attempt.answerBy)
    state = .waiting(waiting)
    timer = loop.schedule(self, at: attempt.answerBy)
    write(attempt.bytes, on: loop)
    return waiting.response
  }

  /// Ends the wait for the response at an instant, unless it ends before.
  func hurry(before deadline: MonotonicTime, on loop: isolated EventLoop) {
    switch state {
    case .connecting(let request, let waiting) where deadline < waiting.deadline:
      state = .connecting(
        request: request, Waiting(response: waiting.response, deadline: deadline))
      // The time of this address may end before.
      reschedule(at: min(connectBy, deadline), on: loop)
    case .waiting(let waiting) where deadline < waiting.deadline:
      state = .waiting(Waiting(response: waiting.response, deadline: deadline))
      reschedule(at: deadline, on: loop)
    default: return
    }
  }

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    switch state {
    case .connecting(let request, let waiting):
      let error = Platform.pendingError(socket.descriptor)
      guard error == 0 else { return fail(ClientError(errno: error), on: loop) }
      guard readiness.contains(.write) else { return }
      hasConnected = true
      state = .waiting(waiting)
      reschedule(at: waiting.deadline, on: loop)
      loop.watch(socket.descriptor, for: .read)
      write(request, on: loop)
    case .waiting:
      if readiness.contains(.read) || readiness.contains(.failure) {
        read(on: loop)
      }
      if readiness.contains(.write), case .waiting = state { flush(on: loop) }
    case .idle: close(on: loop)  // the server closed it, or sent bytes without a request
    case .closed: break
    }
  }

  /// A response that has arrived as a whole is in time, also when it takes many reads.
  func due(on loop: isolated EventLoop) {
    timer = nil
    while case .waiting = state, read(on: loop) {}
    switch state {
    case .connecting, .waiting: fail(.timeout, on: loop)
    case .idle, .closed: break
    }
  }

  private func write(_ bytes: [UInt8], on loop: isolated EventLoop) {
    output.append(bytes)
    flush(on: loop)
  }

  private func flush(on loop: isolated EventLoop) {
    switch output.flush(to: socket) {
    case .done: loop.watch(socket.descriptor, for: .read)
    case .blocked: loop.watch(socket.descriptor, for: [.read, .write])
    case .failed:
      // A server may answer and close before it has read the whole request: its response counts,
      // not that it reads no more.
      hasFailedToWrite = true
      loop.watch(socket.descriptor, for: .read)
    }
  }

  /// - Returns: whether there were bytes to read.
  @discardableResult
  private func read(on loop: isolated EventLoop) -> Bool {
    switch socket.read(into: loop.scratch.bytes) {
    case .bytes(let count):
      parser.append(UnsafeRawBufferPointer(rebasing: loop.scratch.bytes[..<count]))
      parse(on: loop)
      return true
    case .end:
      switch parser.finish() {
      case .response(let response): succeed(response, reusable: false, on: loop)
      case .truncated: fail(hasFailedToWrite ? .reset : .eof, on: loop)
      }
    case .wouldBlock: break
    case .failed(let errno): fail(ClientError(errno: errno), on: loop)
    }
    return false
  }

  private func parse(on loop: isolated EventLoop) {
    do {
      if case .response(let response, let keepsAlive) = try parser.next() {
        succeed(response, reusable: keepsAlive, on: loop)
      }
    } catch {
      fail(.malformed, on: loop)
    }
  }

  private func succeed(_ response: Response, reusable: Bool, on loop: isolated EventLoop) {
    guard case .waiting(let waiting) = state else { return }
    state = .idle
    cancelTimer(on: loop)
    isReusable = reusable && output.isEmpty
    idleSince = loop.now
    waiting.response.fulfil(.success(response))
  }

  private func fail(_ error: ClientError, on loop: isolated EventLoop) {
    switch state {
    case .connecting(_, let waiting), .waiting(let waiting):
      close(on: loop)
      waiting.response.fulfil(.failure(error))
    case .idle: close(on: loop)
    case .closed: break
    }
  }

  func close(on loop: isolated EventLoop) {
    if case .closed = state { return }
    state = .closed
    isReusable = false
    cancelTimer(on: loop)
    loop.detach(socket.descriptor)
    socket.close()
    onClose(self)
  }

  private func reschedule(at time: MonotonicTime, on loop: isolated EventLoop) {
    cancelTimer(on: loop)
    timer = loop.schedule(self, at: time)
  }

  private func cancelTimer(on loop: isolated EventLoop) {
    if let timer { loop.cancel(timer) }
    timer = nil
  }
}
