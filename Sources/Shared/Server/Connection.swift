/// One client's connection: performs what `ConnectionState` decides, with the parser, the socket
/// and a timer.
///
/// Belongs to its loop. At most one request is with a handler. Reading goes on meanwhile, and the
/// handler is never cancelled.
final class Connection: Channel {
  private let socket: Socket
  private let worker: Worker
  private var state = ConnectionState()
  private var parser: RequestParser
  private var task = ServingTask.notStarted
  private var output = OutputBuffer()
  private let timer = ConnectionTimer()
  /// The tasks of a streaming handler that wait until the client has taken output.
  private var writers: [Promise<Void>] = []

  /// One task serves all requests of a connection: a new one for each would cost more than all
  /// else.
  private enum ServingTask {
    case notStarted
    /// It serves a request, or has ended.
    case busy
    /// Replaced before it is resumed, so that this happens once; `close` resumes it at the latest.
    case waiting(UnsafeContinuation<Request?, Never>)
  }

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
    timer.run(state.timeout, of: self, options: worker.options, on: loop)
  }

  func drain(on loop: isolated EventLoop) {
    state.drain()
    timer.run(state.timeout, of: self, options: worker.options, on: loop)
  }

  /// Closes at once.
  /// - Returns: whether the client was waiting for a response.
  func cut(on loop: isolated EventLoop) -> Bool {
    let hadRequest = state.hasRequest
    perform(state.close(), on: loop)
    return hadRequest
  }

  // MARK: Events

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if readiness.contains(.write) { perform(flush(on: loop), on: loop) }
    if readiness.contains(.read), state.wantsInput {
      if let action = read(on: loop) { perform(action, on: loop) }
    } else if readiness.contains(.failure) {
      perform(state.close(), on: loop)
    }
    settle(on: loop)
  }

  func due(on loop: isolated EventLoop) {
    if timer.rang(at: loop.now), !tookMore(on: loop) {
      readRest(on: loop)
      if timer.timeout == state.timeout { perform(state.timedOut(), on: loop) }
    }
    settle(on: loop)
  }

  /// A request that has arrived as a whole is in time, also when it takes many reads: the process
  /// may have been stopped for longer than the time-out. The limits of a request bound the reads.
  private func readRest(on loop: isolated EventLoop) {
    guard timer.timeout == .request else { return }
    while state.timeout == .request, let action = read(on: loop) { perform(action, on: loop) }
  }

  /// Whether a slow client has taken output without the kernel reporting it: the kernel reports
  /// room only when a good part of its buffer is free.
  private func tookMore(on loop: isolated EventLoop) -> Bool {
    guard timer.timeout == .write, state.isBlocked else { return false }
    perform(flush(on: loop), on: loop)
    return timer.timeout != .write || !state.isBlocked
  }

  // MARK: Actions

  /// Performs an action and those that follow from it. Each performer returns the next one.
  private func perform(_ action: consuming ConnectionState.Action, on loop: isolated EventLoop) {
    while true {
      switch consume action {
      case .wait: return
      case .parse: action = parse()
      case .sendContinue:
        action = send(on: loop) { ResponseEncoder.appendContinue(to: &$0) }
      case .serve(let request): return serve(request, on: loop)
      case .refuse(let status): action = refuse(status, on: loop)
      case .readOnce:
        // Not deeper than this: a read is never followed by `readOnce`.
        if let found = read(on: loop) { perform(found, on: loop) }
        action = state.lastRead()
      case .halfClose: return socket.closeWriting()
      case .close: return close(on: loop)
      case .countLate: return worker.late()
      }
    }
  }

  /// Nil when there was nothing to read.
  private func read(on loop: isolated EventLoop) -> ConnectionState.Action? {
    switch socket.read(into: loop.scratch.bytes) {
    case .bytes(let count):
      if case .lingering = state.phase {
      } else {
        parser.append(UnsafeRawBufferPointer(rebasing: loop.scratch.bytes[..<count]))
      }
      return state.received()
    case .end: return state.ended()
    case .wouldBlock: return nil
    case .failed: return state.close()
    }
  }

  private func parse() -> ConnectionState.Action {
    do {
      switch try parser.next() {
      case .needsMore: return parser.hasPartial ? state.foundPart() : state.foundNothing()
      case .continueExpected: return state.foundExpectation()
      case .request(let request): return state.foundRequest(request)
      }
    } catch {
      worker.log.debug(
        "request refused", ["status": "\(error.status.code)", "reason": error.reason])
      return state.foundError(error.status)
    }
  }

  private func flush(on loop: isolated EventLoop) -> ConnectionState.Action {
    let action: ConnectionState.Action
    switch output.flush(to: socket) {
    case .done: action = state.flushed()
    case .blocked(let progress):
      state.blocked()
      // The client is slow, but takes output: the time-out begins anew.
      if progress { timer.restart() }
      action = .wait
    case .failed: action = state.close()
    }
    if !writers.isEmpty, output.count < worker.options.writeBuffer { resumeWriters() }
    return action
  }

  private func send(on loop: isolated EventLoop, _ build: (inout [UInt8]) -> Void)
    -> ConnectionState.Action
  {
    guard state.phase != .closed else { return .wait }
    let wasBlocked = !output.isEmpty
    output.append(build)
    return wasBlocked ? .wait : flush(on: loop)
  }

  private func refuse(_ status: Status, on loop: isolated EventLoop) -> ConnectionState.Action {
    let response = Response.json(status, #"{"error":"\#(status.reason.lowercased())"}"#)
    let action = send(on: loop) {
      ResponseEncoder(refusal: response, date: self.worker.date(on: loop)).append(to: &$0)
    }
    if case .close = action { return action }
    return state.responded(keepAlive: false)
  }

  // MARK: Serving

  /// The task, the handlers and their child tasks run on the loop: no hop between threads.
  private func serve(_ request: consuming Request, on loop: isolated EventLoop) {
    worker.started()
    switch task {
    case .waiting(let continuation):
      task = .busy
      continuation.resume(returning: request)
    case .notStarted:
      task = .busy
      let first = request
      Task {
        await withTaskExecutorPreference(loop.executor) {
          var next: Request? = first
          while let request = next.take() {
            let response = await worker.answer(request, on: loop)
            let keepAlive = await respond(response, to: request, on: loop)
            worker.ended()
            next = await nextRequest(keepAlive: keepAlive, on: loop)
          }
        }
      }
    case .busy: preconditionFailure("a request while another one is served")
    }
  }

  /// Waits, and only then reports the response: a request that has arrived already finds the task
  /// waiting, too. Nil when the connection is closed.
  private func nextRequest(keepAlive: Bool, on loop: isolated EventLoop) async -> Request? {
    await withUnsafeContinuation { continuation in
      task = .waiting(continuation)
      perform(state.responded(keepAlive: keepAlive), on: loop)
      settle(on: loop)
      if state.phase == .closed { endTask() }
    }
  }

  private func endTask() {
    guard case .waiting(let continuation) = task else { return }
    task = .busy
    continuation.resume(returning: nil)
  }

  /// - Parameter response: nil resets the connection.
  /// - Returns: whether the response offers a next request.
  private func respond(_ response: Response?, to request: Request, on loop: isolated EventLoop)
    async -> Bool
  {
    guard state.phase == .serving else { return false }  // closed meanwhile
    guard let response else {
      Platform.resetOnClose(socket.descriptor)
      perform(state.close(), on: loop)
      return false
    }
    let mayKeepAlive = state.mayKeepAlive(pending: parser.hasPartial)
    let keepAlive = KeepAlive.isKept(
      request: request, response: response, draining: !mayKeepAlive)
    let encoder = ResponseEncoder(
      response, to: request, keepAlive: keepAlive, date: worker.date(on: loop))
    perform(send(on: loop) { encoder.append(to: &$0) }, on: loop)
    if case .stream(let body) = response.body, encoder.sendsBody {
      do {
        try await body(StreamWriter(LoopBound(self, on: loop), isChunked: encoder.isChunked))
        if encoder.isChunked {
          perform(send(on: loop) { ResponseEncoder.appendLastChunk(to: &$0) }, on: loop)
        }
      } catch {
        // A part must not look like a whole body: the connection closes without the body's end.
        if state.phase == .serving {
          worker.log.error("stream failed", ["path": request.path, "error": "\(error)"])
        }
        perform(state.close(), on: loop)
      }
    }
    if state.phase == .serving { worker.answered() }
    return keepAlive
  }

  /// Sends a part of a streamed body; returns when there is room for more output.
  func stream(_ bytes: [UInt8], isChunked: Bool, on loop: isolated EventLoop) async throws {
    let action = send(on: loop) { buffer in
      if isChunked { ResponseEncoder.appendChunk(bytes, to: &buffer) } else { buffer += bytes }
    }
    perform(action, on: loop)
    settle(on: loop)
    if output.count >= worker.options.writeBuffer, state.phase == .serving {
      let room = Promise<Void>()
      writers.append(room)
      await room.wait()
    }
    guard state.phase == .serving else { throw CancellationError() }
  }

  private func close(on loop: isolated EventLoop) {
    timer.cancel(on: loop)
    loop.detach(socket.descriptor)
    socket.close()
    resumeWriters()
    endTask()
    worker.closed(self, on: loop)
  }

  private func resumeWriters() {
    for writer in writers { writer.fulfil() }
    writers = []
  }

  /// Adjusts what the loop watches the socket for, and the time-out. Ends each event.
  private func settle(on loop: isolated EventLoop) {
    guard state.phase != .closed else { return }
    var interest: Readiness = []
    if state.wantsInput,
      !state.keepsInputWaiting || parser.buffered < worker.pipelineBuffer(on: loop)
    {
      interest.insert(.read)
    }
    if !output.isEmpty { interest.insert(.write) }
    loop.watch(socket.descriptor, for: interest)
    timer.run(state.timeout, of: self, options: worker.options, on: loop)
  }
}
