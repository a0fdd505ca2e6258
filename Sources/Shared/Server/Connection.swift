/// One client's connection: performs what `ConnectionState` decides, with the parser, the socket
/// and a timer.
///
/// Belongs to its loop. At most one request is with a handler. Reading goes on meanwhile, and only
/// a cut cancels the handler.
final class Connection: Channel {
  let socket: Socket
  let worker: Worker
  var state = ConnectionState()
  var parser: RequestParser
  /// The request that was found, until it is served.
  var arrived: Request?
  var task = ServingTask.notStarted
  var handle: Task<Void, Never>?
  var share = BufferBudget.Share()
  /// Bytes of the request that a handler has, if it is not small.
  var servedBytes = 0
  var served = MonotonicTime.distantFuture
  var output = OutputBuffer()
  let timer = ConnectionTimer()
  /// The tasks of a streaming handler that wait until the client has taken output.
  var writers: [Promise<Void>] = []
  /// The stream that may write; it changes when a stream ends.
  var stream = 0
  /// Only the connection's end ends the body that is being sent (HTTP/1.0).
  var streamsToEnd = false
  /// Requests that came too late: those that are whole, and those that are counted.
  private var late = (whole: 0, counted: 0)

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
    runTimer(on: loop)
  }

  func drain(on loop: isolated EventLoop) {
    state.drain()
    runTimer(on: loop)
  }

  /// Closes at once, and cancels the handler.
  /// - Returns: whether the client was waiting for a response.
  func cut(on loop: isolated EventLoop) -> Bool {
    let hadRequest = state.hasRequest
    perform(state.close(), on: loop)
    cancelHandler()
    return hadRequest
  }

  /// Also when the client is gone and the handler still works.
  func cancelHandler() { handle?.cancel() }

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if readiness.contains(.write) { perform(flush(on: loop), on: loop) }
    if readiness.contains(.read), state.wantsInput {
      if mayRead(on: loop), let action = read(on: loop) { perform(action, on: loop) }
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
  /// may have been stopped for longer than the time-out. The limits of a request bound the reads:
  /// the next one has a time-out of its own.
  private func readRest(on loop: isolated EventLoop) {
    guard timer.timeout == .request else { return }
    while timer.timeout == .request, state.timeout == .request, let action = read(on: loop) {
      perform(action, on: loop)
    }
  }

  /// Whether a slow client has taken output without the kernel reporting it: the kernel reports
  /// room only when a good part of its buffer is free.
  private func tookMore(on loop: isolated EventLoop) -> Bool {
    guard timer.timeout == .write, state.isBlocked else { return false }
    perform(flush(on: loop), on: loop)
    return timer.timeout != .write || !state.isBlocked
  }

  /// Performs an action and those that follow from it. Each performer returns the next one.
  func perform(_ first: ConnectionState.Action, on loop: isolated EventLoop) {
    var action = first
    while true {
      switch action {
      case .wait: return
      case .parse: action = parse()
      case .sendContinue:
        action = send(upTo: ResponseEncoder.smallRoom, on: loop) {
          ResponseEncoder.appendContinue(to: &$0)
        }
      case .serve: action = serve(on: loop)
      case .refuse(let status): action = refuse(status, on: loop)
      case .readOnce:
        // Not deeper than this: a read is never followed by `readOnce`.
        if let found = read(on: loop) { perform(found, on: loop) }
        // One that was answered let another idle time begin.
        let isServed = timer.timeout == .none && !state.isDraining
        action = isServed ? .wait : state.lastRead()
      case .halfClose: return socket.closeWriting()
      case .close: return close(on: loop)
      case .countLate: return countLate()
      }
    }
  }

  /// Nil when there was nothing to read.
  func read(on loop: isolated EventLoop) -> ConnectionState.Action? {
    let room = min(inputRoom, loop.scratch.bytes.count)
    guard room > 0 else { return nil }
    switch socket.read(into: UnsafeMutableRawBufferPointer(rebasing: loop.scratch.bytes[..<room])) {
    case .bytes(let count):
      if state.keepsInput {
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
      case .request(let request):
        arrived = request
        return state.foundRequest()
      }
    } catch {
      return state.foundError(error.status)
    }
  }

  /// A request counts with its first byte, and once.
  private func countLate() {
    do throws(RequestError) {
      while case .request = try parser.next() { late.whole += 1 }
    } catch {
      // What follows a refused request is no request.
    }
    let count = late.whole + (parser.hasPartial ? 1 : 0)
    worker.late(count - late.counted)
    late.counted = count
  }

  private func flush(on loop: isolated EventLoop) -> ConnectionState.Action {
    let action: ConnectionState.Action
    switch output.flush(to: socket) {
    case .done:
      if case .flushing = state.phase { streamsToEnd = false }
      action = state.flushed()
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

  @inline(__always)
  func send(
    upTo room: Int, on loop: isolated EventLoop, _ build: (inout OutputSpan<UInt8>) -> Void
  ) -> ConnectionState.Action {
    guard state.phase != .closed else { return .wait }
    let wasBlocked = !output.isEmpty
    output.append(upTo: room, build)
    return wasBlocked ? .wait : flush(on: loop)
  }

  private func refuse(_ status: Status, on loop: isolated EventLoop) -> ConnectionState.Action {
    let response = Response.json(status, #"{"error":"\#(status.reason.lowercased())"}"#)
    let fault = parser.fault
    // What has arrived takes no memory while the client is told.
    parser.discard()
    let fields = parser.refusedFields
    let id = fields.isEmpty ? worker.nextID() : .given
    let encoder = ResponseEncoder(refusal: response, isHead: parser.isHead, id: id)
    let date = worker.date(on: loop)
    let room = encoder.room(for: response, requestFields: fields)
    let action = send(upTo: room, on: loop) {
      encoder.append(response, date: date, requestFields: fields, to: &$0)
    }
    worker.refused(
      status, id: id == .given ? fields.first(RequestID.fieldName) ?? "" : id.text,
      because: fault ?? status.reason.lowercased())
    if case .close = action { return action }
    return state.responded(keepAlive: false)
  }

  private func close(on loop: isolated EventLoop) {
    timer.cancel(on: loop)
    loop.detach(socket.descriptor)
    // An end would make the part look whole.
    if streamsToEnd { Platform.resetOnClose(socket.descriptor) }
    socket.close()
    if isServing {
      // The handler has the body until it returns.
      worker.budget.release(&share, but: servedBytes)
      worker.leftHandler(of: self)
    } else {
      worker.budget.release(&share)
    }
    resumeWriters()
    endTask()
    worker.closed(self, on: loop)
  }

  /// The time-out of the state runs; it goes on when it ran before.
  private func runTimer(on loop: isolated EventLoop) {
    let timeout = state.timeout
    if timeout != timer.timeout {
      timer.begin(timeout, for: worker.options.duration(of: timeout), on: loop)
    }
    timer.run(for: self, on: loop)
  }

  /// Adjusts what the loop watches the socket for, the room that the connection takes, and the
  /// time-out. Ends each event.
  func settle(on loop: isolated EventLoop) {
    guard state.phase != .closed else { return }
    takeRoom(on: loop)
    var interest: Readiness = []
    if state.wantsInput, mayRead(on: loop) {
      if inputRoom > 0 { interest.insert(.read) } else { worker.waitForRoom(self, on: loop) }
    }
    if !output.isEmpty { interest.insert(.write) }
    loop.watch(socket.descriptor, for: interest)
    runTimer(on: loop)
  }
}
