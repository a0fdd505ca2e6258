/// Serves the connection's requests, one after the other, and sends what handlers answer.
extension Connection {
  /// One task serves all requests of a connection: a new one for each would cost more than all
  /// else.
  enum ServingTask {
    case notStarted
    /// It takes the first request when it begins: one that it captured would stay until its end.
    case starting(Job)
    /// It serves a request, or has ended.
    case busy
    /// Replaced before it is resumed, so that this happens once; `close` resumes it at the latest.
    case waiting(UnsafeContinuation<Job?, Never>)
  }

  /// Whether the task has a request.
  var isServing: Bool {
    switch task {
    case .starting, .busy: true
    case .notStarted, .waiting: false
    }
  }

  /// A request and what answers it. A reference, so that the frames through which it goes hold no
  /// copies of the request.
  final class Job: Sendable {
    let request: Request
    let handler: Handler

    init(_ request: Request, _ handler: @escaping Handler) {
      self.request = request
      self.handler = handler
    }
  }

  /// An answer that is there at once is sent at once; other handlers run in the task.
  /// - Returns: the action that follows.
  func serve(on loop: isolated EventLoop) -> ConnectionState.Action {
    guard var request = arrived.take() else { return .wait }
    if request.requestID == .missing { request.requestID = worker.nextID() }
    worker.started()
    // An answer that is there at once goes from idle to idle: that is another idle time.
    timer.restart()
    served = loop.now
    switch worker.work(for: request) {
    case .immediate(let handler): return answer(request, by: handler, on: loop)
    case .onLoop(let handler): start(Job(request, handler), on: loop)
    case .offLoop(let handler): start(Job(request, worker.offLoop(handler)), on: loop)
    }
    return .wait
  }

  private func answer(_ request: Request, by handler: ImmediateHandler, on loop: isolated EventLoop)
    -> ConnectionState.Action
  {
    // Before the drain there is nothing to hear: a value of a task would cost a tenth of all else.
    let response =
      worker.isDraining
      ? DrainNotice.$current.withValue(worker.notice) {
        worker.answer(request, by: handler, on: loop)
      } : worker.answer(request, by: handler, on: loop)
    guard let response else {
      worker.ended(self)
      return reset()
    }
    if response.isStream {
      start(Job(request) { _, _ in response }, on: loop)
      return .wait
    }
    let (sent, keepAlive) = begin(response, to: request, on: loop)
    finish(response.status, to: request)
    worker.ended(self)
    guard case .wait = sent else { return sent }
    return state.responded(keepAlive: keepAlive)
  }

  /// The task, the handlers and their child tasks run on the loop: no hop between threads.
  private func start(_ job: Job, on loop: isolated EventLoop) {
    let size = job.request.size
    servedBytes = size > Limits.free ? size : 0
    switch task {
    case .waiting(let continuation):
      task = .busy
      continuation.resume(returning: job)
    case .notStarted:
      task = .starting(job)
      let connection = LoopBound(self, on: loop)
      let notice = worker.notice
      handle = Task(executorPreference: loop.executor) {
        await DrainNotice.$current.withValue(notice) {
          await connection.with { await $0.run(on: $1) }
        }
      }
    case .starting, .busy: preconditionFailure("a request while another one is served")
    }
  }

  /// A request that waits holds this frame and those of what is awaited here: what needs no wait
  /// stands in functions of its own. Between two requests nothing of them is held.
  private func run(on loop: isolated EventLoop) async {
    var keepAlive = true
    while let job = await nextJob(keepAlive: keepAlive, on: loop) {
      let response = await worker.answer(job, on: loop)
      let sent = respond(response, to: job, on: loop)
      if case .head(let isChunked) = sent.part {
        await stream(response, isChunked: isChunked, to: job, on: loop)
      }
      ended(sent, response, job)
      keepAlive = sent.keepAlive
    }
  }

  /// The first request; later ones are waited for, and only then is the response reported: a
  /// request that has arrived already finds the task waiting, too. Nil when the connection is
  /// closed.
  private func nextJob(keepAlive: Bool, on loop: isolated EventLoop) async -> Job? {
    if case .starting(let job) = task {
      task = .busy
      return job
    }
    return await withUnsafeContinuation { continuation in
      task = .waiting(continuation)
      servedBytes = 0
      perform(state.responded(keepAlive: keepAlive), on: loop)
      settle(on: loop)
      if state.phase == .closed { endTask() }
    }
  }

  func endTask() {
    guard case .waiting(let continuation) = task else { return }
    task = .busy
    continuation.resume(returning: nil)
  }

  /// What has been sent of a response.
  private struct Sent {
    enum Part: Equatable {
      case nothing, all
      case head(isChunked: Bool)
    }

    var part = Part.nothing
    /// The response offers a next request.
    var keepAlive = false
  }

  /// Sends a response, but for a body that the handler writes part by part.
  @inline(never)
  private func respond(_ response: Response?, to job: Job, on loop: isolated EventLoop) -> Sent {
    let request = job.request
    guard state.phase == .serving else { return Sent() }  // closed meanwhile
    guard let response else {
      perform(reset(), on: loop)
      return Sent()
    }
    let (action, keepAlive) = begin(response, to: request, on: loop)
    perform(action, on: loop)
    var sent = Sent(part: .all, keepAlive: keepAlive)
    if response.isStream, state.phase == .serving {
      // The head may have to wait for the client before the body's first part.
      settle(on: loop)
      let encoder = ResponseEncoder(response, to: request, keepAlive: keepAlive)
      if encoder.sendsBody { sent.part = .head(isChunked: encoder.isChunked) }
    }
    return sent
  }

  @inline(never)
  private func ended(_ sent: Sent, _ response: Response?, _ job: Job) {
    if sent.part != .nothing, let response { finish(response.status, to: job.request) }
    worker.ended(self)
  }

  /// The handler gave no response.
  private func reset() -> ConnectionState.Action {
    Platform.resetOnClose(socket.descriptor)
    return state.close()
  }

  /// Sends the head and, unless it is a stream, the body.
  /// - Returns: the action that follows, and whether the response offers a next request.
  private func begin(_ response: Response, to request: Request, on loop: isolated EventLoop)
    -> (ConnectionState.Action, keepAlive: Bool)
  {
    let mayKeepAlive = state.mayKeepAlive(pending: parser.hasPartial)
    let keepAlive = KeepAlive.isKept(
      request: request, response: response, draining: !mayKeepAlive)
    let encoder = ResponseEncoder(response, to: request, keepAlive: keepAlive)
    let date = worker.date(on: loop)
    let room = encoder.room(for: response, requestFields: request.fields)
    let sent = send(upTo: room, on: loop) {
      encoder.append(response, date: date, requestFields: request.fields, to: &$0)
    }
    return (sent, keepAlive)
  }

  private func finish(_ status: Status, to request: Request) {
    if state.phase == .serving { worker.answered() }
    worker.accessed(request, status, since: served)
  }
}
