import Libc

/// Sends each operation to InfluxDB in a task of its own, which works for 5 s and then writes one
/// point. The task is not part of the request, which was answered long before.
///
/// Without `drain`, the operations of tasks that are under way when the process ends are lost
/// without a trace. Its thread and connections end when it is released and no task is under way.
public final class TaskLog: OperationLog {
  /// Writes under way at a time, at most: each has a connection of its own.
  package static let writesAtATime = 256

  /// Times and limits; the defaults are the talk's.
  public struct Options: Sendable {
    /// How long a task takes before it writes: it stands in for real work.
    public var work: Duration = .seconds(5)
    /// Tasks at a time, at most, some 2 KB each; further operations are undelivered at once.
    public var maxTasks = 50_000
    /// How long a drain may take, work and retries included.
    public var drain: Duration = .seconds(20)
    /// The descriptor for undelivered operations.
    var undelivered = STDERR_FILENO

    /// The defaults.
    public init() {}
  }

  private struct State {
    var clock = PointClock()
    /// The operations whose tasks are under way, by timestamp.
    var pending: [Int64: Operation] = [:]
    /// Why the log takes no more operations; nil while it does.
    var closed: String?
    /// One for each drain that waits until no operation is pending.
    var drained: [Promise<Void>] = []

    mutating func takeDrained() -> [Promise<Void>] {
      defer { drained = [] }
      return drained
    }
  }

  private let state = Lock(State())
  private let log: Log
  private let pod: String
  private let options: Options
  private let loop: EventLoop
  private let writer: LoopBound<OperationWriter>
  private let writes: LoopBound<Semaphore>
  private let undelivered: UndeliveredOperations

  /// A log with an event loop of its own, so that writes and requests do not wait for each other.
  /// - Precondition: `options` have a `maxTasks` of 1 or more.
  public init(_ config: Config, _ influx: Influx, log: Log, options: Options = Options()) {
    precondition(options.maxTasks > 0, "TaskLog.Options.maxTasks is less than 1")
    self.log = log
    pod = config.podName
    self.options = options
    loop = EventLoop()
    writer = LoopBound(OperationWriter(influx, pod: pod, log: log), of: loop)
    writes = LoopBound(Semaphore(Self.writesAtATime), of: loop)
    undelivered = UndeliveredOperations(
      pod: pod, log: log, descriptor: options.undelivered)
  }

  deinit {
    Task { [loop, writer] in
      await writer.with { $0.close(on: $1) }
      await loop.stop()
    }
  }

  /// Starts the operation's task. Does not wait; writes the operation to standard error when too
  /// many tasks are under way, or when line protocol cannot encode it.
  public func append(_ operation: Operation) {
    let fault = operation.fault(pod: pod).map { "\($0)" }
    let (timestamp, refusal) = state.withLock { state -> (Int64, String?) in
      let timestamp = state.clock.next()
      if let reason = fault ?? state.closed { return (timestamp, reason) }
      if state.pending.count >= options.maxTasks {
        return (timestamp, "\(options.maxTasks) tasks are under way")
      }
      state.pending[timestamp] = operation
      return (timestamp, nil)
    }
    if let refusal {
      return undelivered.add(
        [TimedOperation(operation: operation, timestamp: timestamp)], because: refusal)
    }
    Task(executorPreference: loop.executor) { [loop] in await self.log(timestamp, on: loop) }
  }

  /// The task of one operation. Thousands may wait here while InfluxDB is away, and a pod's memory
  /// is limited, so a waiting task must be small: the memory of a write is in `write`, and `sleep`,
  /// which can be cancelled, would double the task.
  private func log(_ timestamp: Int64, on loop: isolated EventLoop) async {
    await loop.pause(until: .now + options.work)
    while isPending(timestamp) {
      await writes.get(on: loop).take(on: loop)
      await write(timestamp, on: loop)
      writes.get(on: loop).giveBack()
    }
  }

  /// Makes one attempt, unless the operation was given up meanwhile.
  @inline(never)
  private func write(_ timestamp: Int64, on loop: isolated EventLoop) async {
    guard let operation = state.withLock({ $0.pending[timestamp] }) else { return }
    let timed = TimedOperation(operation: operation, timestamp: timestamp)
    do throws(InfluxError) {
      try await writer.get(on: loop).write([timed], on: loop)
      finish(timed)
    } catch {
      if !error.isRetryable { finish(timed, undeliveredBecause: "\(error)") }
    }
  }

  private func isPending(_ timestamp: Int64) -> Bool {
    state.withLock { $0.pending[timestamp] != nil }
  }

  /// Ends an operation's task, unless it was given up meanwhile. In one step: once no operation is
  /// pending, the drain ends, and with it the process.
  private func finish(_ timed: TimedOperation, undeliveredBecause reason: String? = nil) {
    let (isUndelivered, drained) = state.withLock { state in
      let wasPending = state.pending.removeValue(forKey: timed.timestamp) != nil
      let isUndelivered = wasPending && reason != nil
      if isUndelivered { undelivered.announce(1) }
      return (isUndelivered, state.pending.isEmpty ? state.takeDrained() : [])
    }
    if isUndelivered, let reason { undelivered.write([timed], because: reason) }
    for drain in drained { drain.fulfil() }
  }

  /// Waits until all tasks have ended, also those that start meanwhile. Operations that are not
  /// stored at the deadline are written to standard error as line protocol, ready to be replayed.
  /// The log takes no operation afterwards.
  ///
  /// - Parameters:
  ///   - limit: the deadline of the drain, retries included (default: 20 s).
  ///   - signals: the next signal ends the drain at once.
  /// - Returns: how many operations were not stored since the start (`undelivered`).
  public func drain(within limit: Duration? = nil, cutOn signals: Signals? = nil) async
    -> DrainReport
  {
    let began = MonotonicTime.now
    let limit = limit ?? options.drain
    log.info("draining operations", ["tasks": "\(state.withLock { $0.pending.count })"])
    // Not waited for: the deadline has to outlive a loop that does not run.
    writer.post { $0.hurry(before: began + limit, on: $1) }
    await Deadline.after(limit, or: signals) {
      self.close(because: $0)
    } whileWaitingFor: {
      await self.emptied()
    }
    close(because: "the log is closed")
    return await undelivered.report(since: began)
  }

  private func emptied() async {
    let drained = Promise<Void>()
    let isDone = state.withLock { state in
      if state.pending.isEmpty || state.closed != nil { return true }
      state.drained.append(drained)
      return false
    }
    if !isDone { await drained.wait() }
  }

  /// Gives up the pending operations, and takes no more.
  private func close(because reason: String) {
    let (rest, drained) = state.withLock { state in
      state.closed = reason
      defer { state.pending = [:] }
      undelivered.announce(state.pending.count)
      return (state.pending, state.takeDrained())
    }
    undelivered.write(
      rest.sorted { $0.key < $1.key }.map {
        TimedOperation(operation: $0.value, timestamp: $0.key)
      }, because: reason)
    for drain in drained { drain.fulfil() }
  }
}
