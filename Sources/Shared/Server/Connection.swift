/// One client's connection: performs what `ConnectionState` decides, with the parser, the socket
/// and a timer.
///
/// Belongs to its loop. At most one request is with a handler. Reading goes on meanwhile, and only
/// a cut cancels the handler.
final class Connection: Channel {
  private let socket: Socket
  private let worker: Worker
  private var state = ConnectionState()
  private var parser: RequestParser
  private var task = ServingTask.notStarted
  private var handle: Task<Void, Never>?
  private var share = BufferBudget.Share()
  /// Bytes of the body that a handler has.
  private var servedBody = 0
  private var served = MonotonicTime.distantFuture
  private var output = OutputBuffer()
  private let timer = ConnectionTimer()
  /// The tasks of a streaming handler that wait until the client has taken output.
  private var writers: [Promise<Void>] = []
  /// The stream that may write; it changes when a stream ends.
  private var stream = 0
  /// Only the connection's end ends the body that is being sent (HTTP/1.0).
  private var streamsToEnd = false
  /// Requests that came too late: those that are whole, and those that are counted.
  private var late = (whole: 0, counted: 0)

  /// One task serves all requests of a connection: a new one for each would cost more than all
  /// else.
  private enum ServingTask {
    case notStarted
    /// It serves a request, or has ended.
    case busy
    /// Replaced before it is resumed, so that this happens once; `close` resumes it at the latest.
    case waiting(UnsafeContinuation<Job?, Never>)
  }

  /// A request and what answers it.
  private struct Job: Sendable {
    let request: Request
    let work: Route.Work
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

  /// Closes to make room for another connection, if this one has been idle since then, and has no
  /// request waiting to be read.
  /// - Returns: whether it closed.
  func makeRoom(ifIdleSince time: MonotonicTime, on loop: isolated EventLoop) -> Bool {
    guard let since = idleSince, since <= time else { return false }
    if let action = read(on: loop) { perform(action, on: loop) }
    if state.phase == .idle { perform(state.crowdedOut(), on: loop) }
    settle(on: loop)
    return state.phase == .closed
  }

  /// Since when it has been idle; nil when it is not.
  var idleSince: MonotonicTime? { timer.timeout == .idle ? timer.began : nil }

  /// Makes room for the requests and responses of others.
  private func crowdOut(on loop: isolated EventLoop) {
    let action = state.crowdedOut()
    if case .wait = action { worker.budget.stays(&share) }
    perform(action, on: loop)
    settle(on: loop)
  }

  // MARK: Events

  func ready(_ readiness: Readiness, on loop: isolated EventLoop) {
    if readiness.contains(.write) { perform(flush(on: loop), on: loop) }
    if readiness.contains(.read), state.wantsInput {
      if mayRead(on: loop), let action = read(on: loop) { perform(action, on: loop) }
    } else if readiness.contains(.failure) {
      perform(state.close(), on: loop)
    }
    settle(on: loop)
  }

  /// Whether input is read now; it may have been more than enough since the loop last watched.
  private func mayRead(on loop: isolated EventLoop) -> Bool {
    !state.keepsInputWaiting || parser.buffered < worker.pipelineBuffer(on: loop)
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
      case .serve(let request):
        guard let next = serve(request, on: loop) else { return }
        action = next
      case .refuse(let status): action = refuse(status, on: loop)
      case .readOnce:
        // Not deeper than this: a read is never followed by `readOnce`.
        if let found = read(on: loop) { perform(found, on: loop) }
        action = state.lastRead()
      case .halfClose: return socket.closeWriting()
      case .close: return close(on: loop)
      case .countLate: return countLate()
      }
    }
  }

  /// Nil when there was nothing to read.
  private func read(on loop: isolated EventLoop) -> ConnectionState.Action? {
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
      case .request(let request): return state.foundRequest(request)
      }
    } catch {
      return state.foundError(error.status)
    }
  }

  /// What lingers is read, and dropped when there is no room to count it.
  private var inputRoom: Int {
    if share.isGranted || !worker.budget.isUsedUp || !state.keepsInput { return .max }
    return max(0, Limits.free - parser.buffered)
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
    let fault = parser.fault
    // What has arrived takes no memory while the client is told.
    parser.discard()
    let fields = parser.refusedFields
    let id = fields.isEmpty ? worker.nextID() : .given
    let action = send(on: loop) {
      ResponseEncoder(
        refusal: response, isHead: parser.isHead, date: self.worker.date(on: loop), id: id,
        fields: fields
      ).append(to: &$0)
    }
    worker.refused(
      status, id: id == .given ? fields.first(RequestID.fieldName) ?? "" : id.text,
      because: fault ?? status.reason.lowercased())
    if case .close = action { return action }
    return state.responded(keepAlive: false)
  }

  // MARK: Serving

  /// An answer that is there at once is sent at once; other handlers run in the task.
  /// - Returns: the action that follows; nil when the task has the request.
  private func serve(_ request: consuming Request, on loop: isolated EventLoop)
    -> ConnectionState.Action?
  {
    worker.started()
    // An answer that is there at once goes from idle to idle: that is another idle time.
    timer.restart()
    if request.requestID == .missing { request.requestID = worker.nextID() }
    served = loop.now
    let work = worker.work(for: request)
    guard case .immediate(let handler) = work else {
      start(Job(request: request, work: work), on: loop)
      return nil
    }
    let response = DrainNotice.$current.withValue(worker.notice) {
      worker.answer(request, by: handler, on: loop)
    }
    if let response, case .stream = response.body {
      start(Job(request: request, work: .immediate { _, _ in response }), on: loop)
      return nil
    }
    let (sent, keepAlive) = begin(response, to: request, on: loop)
    finish(response, to: request)
    worker.ended(self)
    guard case .wait = sent else { return sent }
    return state.responded(keepAlive: keepAlive)
  }

  /// The task, the handlers and their child tasks run on the loop: no hop between threads.
  private func start(_ job: Job, on loop: isolated EventLoop) {
    servedBody = job.request.body.count > Limits.free ? job.request.body.count : 0
    switch task {
    case .waiting(let continuation):
      task = .busy
      continuation.resume(returning: job)
    case .notStarted:
      task = .busy
      handle = Task {
        await withTaskExecutorPreference(loop.executor) {
          await DrainNotice.$current.withValue(worker.notice) { await run(job, on: loop) }
        }
      }
    case .busy: preconditionFailure("a request while another one is served")
    }
  }

  private func run(_ first: consuming Job, on loop: isolated EventLoop) async {
    var next: Job? = first
    while let job = next.take() {
      let response = await worker.answer(job.request, by: job.work, on: loop)
      let keepAlive = await respond(response, to: job.request, on: loop)
      worker.ended(self)
      next = await nextJob(keepAlive: keepAlive, on: loop)
    }
  }

  /// Waits, and only then reports the response: a request that has arrived already finds the task
  /// waiting, too. Nil when the connection is closed.
  private func nextJob(keepAlive: Bool, on loop: isolated EventLoop) async -> Job? {
    await withUnsafeContinuation { continuation in
      task = .waiting(continuation)
      servedBody = 0
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

  /// - Returns: whether the response offers a next request.
  private func respond(_ response: Response?, to request: Request, on loop: isolated EventLoop)
    async -> Bool
  {
    guard state.phase == .serving else { return false }  // closed meanwhile
    let (sent, keepAlive) = begin(response, to: request, on: loop)
    perform(sent, on: loop)
    if let response, case .stream(let body) = response.body, state.phase == .serving {
      let encoder = ResponseEncoder(
        response, to: request, keepAlive: keepAlive, date: worker.date(on: loop))
      if encoder.sendsBody {
        await stream(body, of: request, isChunked: encoder.isChunked, on: loop)
      }
    }
    finish(response, to: request)
    return keepAlive
  }

  /// Sends the head and, unless it is a stream, the body.
  /// - Parameter response: nil resets the connection.
  /// - Returns: the action that follows, and whether the response offers a next request.
  private func begin(_ response: Response?, to request: Request, on loop: isolated EventLoop)
    -> (ConnectionState.Action, keepAlive: Bool)
  {
    guard let response else {
      Platform.resetOnClose(socket.descriptor)
      return (state.close(), false)
    }
    let mayKeepAlive = state.mayKeepAlive(pending: parser.hasPartial)
    let keepAlive = KeepAlive.isKept(
      request: request, response: response, draining: !mayKeepAlive)
    let encoder = ResponseEncoder(
      response, to: request, keepAlive: keepAlive, date: worker.date(on: loop))
    return (send(on: loop) { encoder.append(to: &$0) }, keepAlive)
  }

  private func finish(_ response: Response?, to request: Request) {
    if state.phase == .serving { worker.answered() }
    if let response { worker.accessed(request, response.status, since: served) }
  }

  private func stream(
    _ body: @Sendable (any BodyWriter) async throws -> Void, of request: Request, isChunked: Bool,
    on loop: isolated EventLoop
  ) async {
    streamsToEnd = !isChunked
    do {
      try await body(
        StreamWriter(connection: LoopBound(self, on: loop), isChunked: isChunked, number: stream))
      if isChunked {
        perform(send(on: loop) { ResponseEncoder.appendLastChunk(to: &$0) }, on: loop)
      }
      streamsToEnd = false
    } catch {
      // A part must not look like a whole body: the connection closes without the body's end.
      if state.phase == .serving {
        worker.log.error(
          "stream failed", ["id": request.id, "path": request.path, "error": "\(error)"])
      }
      perform(state.close(), on: loop)
    }
    // A writer that is kept must not write into the next response.
    stream += 1
  }

  /// Sends a part of a streamed body; returns when there is room for more output.
  func stream(_ bytes: [UInt8], by writer: StreamWriter, on loop: isolated EventLoop) async throws {
    guard writer.number == stream, state.phase == .serving else { throw CancellationError() }
    let action = send(on: loop) { buffer in
      if writer.isChunked {
        ResponseEncoder.appendChunk(bytes, to: &buffer)
      } else {
        buffer += bytes
      }
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
    // An end would make the part look whole.
    if streamsToEnd { Platform.resetOnClose(socket.descriptor) }
    socket.close()
    worker.budget.release(&share)
    resumeWriters()
    if case .busy = task { worker.leftHandler(of: self) }
    endTask()
    worker.closed(self, on: loop)
  }

  private func resumeWriters() {
    for writer in writers { writer.fulfil() }
    writers = []
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
    timer.run(state.timeout, of: self, options: worker.options, on: loop)
  }

  /// A connection with small messages never gets as far as the budget.
  private func takeRoom(on loop: isolated EventLoop) {
    let need = state.parses ? parser.need : 0
    let held = parser.capacity > Limits.free ? parser.capacity : 0
    let other = servedBody + (output.capacity > Limits.free ? output.capacity : 0)
    if need == 0, held == 0, other == 0, share.isEmpty { return }
    let wasGranted = share.isGranted
    let demand = BufferBudget.Demand(need: need, held: held, other: other)
    worker.budget.settle(&share, demand, at: loop.now) {
      let connection = LoopBound(self, on: loop)
      return { connection.loop.executor.post { connection.get(on: $0).crowdOut(on: $0) } }
    }
    if share.isGranted, !wasGranted { parser.makeRoom() }
    if share.isShort || worker.budget.isUsedUp { worker.waitForRoom(self, on: loop) }
  }
}
