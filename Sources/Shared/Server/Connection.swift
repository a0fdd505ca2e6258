/// One client's connection: performs what `ConnectionState` decides, with the parser, the socket
/// and the loop's timers.
///
/// Belongs to its loop. At most one request is with a handler; the read goes on meanwhile, the work
/// is never cancelled.
final class Connection: Channel {
  private let socket: Socket
  private let worker: Worker
  private var state = ConnectionState()
  private var parser: RequestParser
  /// Parsed, and on its way to its handler.
  private var request: Request?
  private var isServed = false
  /// The task that waits for a request. Taken out before it is resumed, so that this happens once,
  /// and resumed at the latest by `close`.
  private var server: UnsafeContinuation<Void, Never>?
  private var outbox = Outbox()
  private var timer: Timers<EventLoop.Timer>.ID?
  private var timerDue = MonotonicTime.distantFuture
  private var deadline = ConnectionState.Deadline.none
  private var deadlineAt = MonotonicTime.distantFuture
  /// A streaming handler, or several child tasks of one, waiting until the client took what is
  /// there.
  private var writers: [Promise<Void>] = []

  init(_ socket: Socket, worker: Worker) {
    self.socket = socket
    self.worker = worker
    parser = RequestParser(limits: worker.options.limits)
  }

  func open(on loop: isolated EventLoop) {
    guard loop.attach(self, to: socket.descriptor, .read) else {
      return perform(state.close(), on: loop)
    }
    if worker.isDraining { state.drain() }
    arm(on: loop)
  }

  func drain(on loop: isolated EventLoop) {
    state.drain()
    arm(on: loop)
  }

  /// Closes at once; true when a client was still waiting for a response.
  func cut(on loop: isolated EventLoop) -> Bool {
    let hadRequest = state.hasRequest
    perform(state.close(), on: loop)
    return hadRequest
  }

  // MARK: What happens

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if readiness.contains(.write) { flush(on: loop) }
    if readiness.contains(.read), state.wantsInput {
      read(on: loop)
    } else if readiness.contains(.failure) {
      perform(state.close(), on: loop)
    }
    settle(on: loop)
  }

  func due(on loop: isolated EventLoop) {
    timer = nil
    timerDue = .distantFuture
    if loop.now >= deadlineAt, !tookMore(on: loop) {
      readRest(on: loop)
      if deadline == state.deadline { perform(state.due(), on: loop) }
    }
    settle(on: loop)
  }

  /// A request that has arrived as a whole is in time, however many reads it takes: the process may
  /// have been stopped for longer than the deadline. The limits of a request bound it.
  private func readRest(on loop: isolated EventLoop) {
    guard deadline == .request else { return }
    while state.deadline == .request, read(on: loop) {}
  }

  /// The kernel reports room only once a good part of its buffer is free: a slow client took less
  /// than that, but it did take.
  private func tookMore(on loop: isolated EventLoop) -> Bool {
    guard deadline == .write, state.isBlocked else { return false }
    flush(on: loop)
    return deadline != .write || !state.isBlocked
  }

  /// - Returns: whether there were bytes to read.
  @discardableResult
  private func read(on loop: isolated EventLoop) -> Bool {
    switch socket.read(into: loop.scratch.bytes) {
    case .bytes(let count):
      if case .lingering = state.phase {
      } else {
        parser.append(UnsafeRawBufferPointer(rebasing: loop.scratch.bytes[..<count]))
      }
      perform(state.received(), on: loop)
      return true
    case .end: perform(state.ended(), on: loop)
    case .wouldBlock: break
    case .failed: perform(state.close(), on: loop)
    }
    return false
  }

  private func readOnce(on loop: isolated EventLoop) {
    read(on: loop)
    perform(state.nothingLeft(), on: loop)
  }

  private func flush(on loop: isolated EventLoop) {
    switch outbox.flush(to: socket) {
    case .done: perform(state.flushed(), on: loop)
    case .blocked(let progress):
      state.blocked()
      if progress { deadline = .none }  // the client takes its time, but it does take: the time starts anew
    case .failed: perform(state.close(), on: loop)
    }
    if outbox.count < worker.options.writeBuffer, !writers.isEmpty {
      for writer in writers { writer.fulfil() }
      writers = []
    }
  }

  // MARK: What follows

  private func perform(_ first: ConnectionState.Action, on loop: isolated EventLoop) {
    var action = first
    while action == .parse { action = state.parsed(parse()) }
    switch action {
    case .wait, .parse: break
    case .sendContinue: send(on: loop) { ResponseEncoder.appendContinue(to: &$0) }
    case .serve: serve(on: loop)
    case .refuse(let status): refuse(status, on: loop)
    case .readOnce: readOnce(on: loop)
    case .halfClose: socket.closeWriting()
    case .close: close(on: loop)
    case .countLate: worker.late()
    }
  }

  private func parse() -> ConnectionState.Parsed {
    do {
      switch try parser.next() {
      case .needsMore: return parser.hasPartial ? .partial : .nothing
      case .continueExpected: return .expectsContinue
      case .request(let request):
        self.request = request
        return .request
      }
    } catch {
      worker.log.debug(
        "request refused", ["status": "\(error.status.code)", "reason": error.reason])
      return .refused(error.status)
    }
  }

  /// One task serves all requests of a connection: a new one for each would cost more than all
  /// else. It runs on the loop, and so do the handlers and their child tasks: nothing hops.
  private func serve(on loop: isolated EventLoop) {
    worker.started()
    if isServed { return wakeServer() }
    isServed = true
    Task {
      await withTaskExecutorPreference(loop.executor) {
        while let request = await nextRequest(on: loop) {
          if let response = await answer(request, on: loop) {
            await respond(response, to: request, on: loop)
          } else {
            reset(on: loop)
          }
          worker.ended()
        }
      }
    }
  }

  /// Nil when the connection is closed.
  private func nextRequest(on loop: isolated EventLoop) async -> Request? {
    // Looked at where the continuation is kept: nothing comes between the two.
    await withUnsafeContinuation { continuation in
      if request != nil || state.phase == .closed {
        continuation.resume()
      } else {
        server = continuation
      }
    }
    return request.take()
  }

  private func wakeServer() {
    server.take()?.resume()
  }

  /// Nil for a client that is to get no answer.
  private func answer(_ request: Request, on loop: isolated EventLoop) async -> Response? {
    do {
      return try await worker.router.handler(for: request)(request, loop)
    } catch is ConnectionReset {
      return nil
    } catch {
      worker.log.error("handler failed", ["path": request.path, "error": "\(error)"])
      return .json(.internalServerError, #"{"error":"internal server error"}"#)
    }
  }

  private func respond(_ response: Response, to request: Request, on loop: isolated EventLoop) async
  {
    guard state.phase == .serving else { return }  // the client is gone, or was cut
    let mayKeepAlive = state.mayKeepAlive(pending: parser.hasPartial)
    let keepAlive = Persistence.keepsAlive(
      request: request, response: response, draining: !mayKeepAlive)
    let encoder = ResponseEncoder(
      response, to: request, keepAlive: keepAlive, date: worker.date(on: loop))
    send(on: loop) { encoder.append(to: &$0) }
    if case .stream(let body) = response.body, encoder.sendsBody {
      do {
        try await body(StreamWriter(LoopBound(self, on: loop), isChunked: encoder.isChunked))
        if encoder.isChunked { send(on: loop) { ResponseEncoder.appendLastChunk(to: &$0) } }
      } catch {
        // Half a body must not look like a whole one: the connection closes without its end.
        if state.phase == .serving {
          worker.log.error("stream failed", ["path": request.path, "error": "\(error)"])
        }
        perform(state.close(), on: loop)
      }
    }
    if state.phase == .serving { worker.answered() }
    perform(state.responded(keepAlive: keepAlive), on: loop)
    settle(on: loop)
  }

  private func reset(on loop: isolated EventLoop) {
    if state.phase == .serving { Platform.resetOnClose(socket.descriptor) }
    perform(state.close(), on: loop)
    settle(on: loop)
  }

  private func refuse(_ status: Status, on loop: isolated EventLoop) {
    let response = Response.json(status, #"{"error":"\#(status.reason.lowercased())"}"#)
    send(on: loop) {
      ResponseEncoder(refusal: response, date: self.worker.date(on: loop)).append(to: &$0)
    }
    perform(state.responded(keepAlive: false), on: loop)
  }

  private func send(on loop: isolated EventLoop, _ build: (inout [UInt8]) -> Void) {
    guard state.phase != .closed else { return }
    let wasBlocked = !outbox.isEmpty
    outbox.append(build)
    if !wasBlocked { flush(on: loop) }
  }

  /// Appends a part of a streamed body; returns when the client has taken enough for more.
  func stream(_ bytes: [UInt8], isChunked: Bool, on loop: isolated EventLoop) async throws {
    send(on: loop) { buffer in
      if isChunked { ResponseEncoder.appendChunk(bytes, to: &buffer) } else { buffer += bytes }
    }
    settle(on: loop)
    if outbox.count >= worker.options.writeBuffer, state.phase == .serving {
      let room = Promise<Void>()
      writers.append(room)
      await room.wait()
    }
    guard state.phase == .serving else { throw CancellationError() }
  }

  private func close(on loop: isolated EventLoop) {
    if let timer { loop.cancel(timer) }
    timer = nil
    loop.detach(socket.descriptor)
    socket.close()
    for writer in writers { writer.fulfil() }
    writers = []
    wakeServer()
    worker.closed(self, on: loop)
  }

  // MARK: Interest and time

  private func settle(on loop: isolated EventLoop) {
    guard state.phase != .closed else { return }
    var interest: Readiness = []
    if state.wantsInput,
      !state.keepsInputWaiting || parser.buffered < worker.pipelineBuffer(on: loop)
    {
      interest.insert(.read)
    }
    if !outbox.isEmpty { interest.insert(.write) }
    loop.watch(socket.descriptor, for: interest)
    arm(on: loop)
  }

  /// A timer that is set too early costs one look; setting it anew for each request would cost
  /// more.
  private func arm(on loop: isolated EventLoop) {
    if state.deadline != deadline {
      deadline = state.deadline
      deadlineAt = patience(deadline).map { loop.now + $0 } ?? .distantFuture
    }
    guard deadlineAt < timerDue else { return }
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(self, at: deadlineAt)
    timerDue = deadlineAt
  }

  private func patience(_ deadline: ConnectionState.Deadline) -> Duration? {
    switch deadline {
    case .none: nil
    case .idle: worker.options.idleTimeout
    case .lameDuck: worker.options.lameDuck
    case .request: worker.options.requestTimeout
    case .write: worker.options.writeTimeout
    case .linger: worker.options.lingering
    }
  }
}

/// A handler's way to the body of a streamed response.
private struct StreamWriter: BodyWriter {
  let connection: LoopBound<Connection>
  let isChunked: Bool

  init(_ connection: LoopBound<Connection>, isChunked: Bool) {
    self.connection = connection
    self.isChunked = isChunked
  }

  func write(_ bytes: [UInt8]) async throws {
    try await connection.loop.stream(bytes, isChunked: isChunked, to: connection)
  }
}

extension EventLoop {
  fileprivate func stream(_ bytes: [UInt8], isChunked: Bool, to connection: LoopBound<Connection>)
    async throws
  {
    guard !bytes.isEmpty else { return }
    try await connection.get(on: self).stream(bytes, isChunked: isChunked, on: self)
  }
}
