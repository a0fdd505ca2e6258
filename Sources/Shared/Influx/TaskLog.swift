import Synchronization

/// Logs each operation in a task of its own, which takes its time and then writes one point. The
/// tasks are not part of the request: it is answered long before.
///
/// Without `drain`, the tasks that are under way when the process ends are lost, and nobody hears
/// of it.
public final class TaskLog: OperationLog {
  /// Writes under way at a time, at most: each has a connection of its own.
  public static let writesAtATime = 256

  /// Times and limits, with the talk's as defaults.
  public struct Options: Sendable {
    /// What a task takes before it writes: it stands for work.
    public var work: Duration = .seconds(5)
    /// Tasks at a time, some 2 KB each; what comes on top is undelivered at once.
    public var maxTasks = 50_000
    /// How long a drain may take: work, and retries.
    public var drain: Duration = .seconds(20)
    /// Where undelivered operations go.
    var undelivered = STDERR_FILENO

    public init() {}
  }

  private struct State {
    var clock = PointClock()
    /// By timestamp: the operations whose tasks are under way.
    var pending: [Int64: Operation] = [:]
    /// Why what comes now is not taken any more.
    var closed: String?
    /// Of the drains that wait until none is pending.
    var drained: [Promise<Void>] = []

    mutating func takeDrained() -> [Promise<Void>] {
      defer { drained = [] }
      return drained
    }
  }

  private let state = Mutex(State())
  private let log: Log
  private let options: Options
  private let loop: EventLoop
  private let writer: LoopBound<OperationWriter>
  private let slots: LoopBound<Slots>
  private let undelivered: Undelivered

  /// A log with an event loop of its own: neither do writes wait for requests, nor requests for
  /// writes.
  public init(_ config: Config, _ influx: Influx, log: Log, options: Options = Options()) {
    self.log = log
    self.options = options
    loop = EventLoop()
    writer = LoopBound(OperationWriter(influx, pod: config.podName, log: log), of: loop)
    slots = LoopBound(Slots(Self.writesAtATime), of: loop)
    undelivered = Undelivered(pod: config.podName, log: log, descriptor: options.undelivered)
  }

  /// Starts the operation's task.
  public func append(_ operation: Operation) {
    let (timestamp, refusal) = state.withLock { state -> (Int64, String?) in
      let timestamp = state.clock.next()
      if let reason = state.closed { return (timestamp, reason) }
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

  /// The task of one operation. As many as are allowed may wait here while InfluxDB is away, and a
  /// pod's memory is limited: so none has more than a wait needs. What a write needs is in `write`,
  /// and a `sleep`, which could be cancelled, would double it.
  private func log(_ timestamp: Int64, on loop: isolated EventLoop) async {
    await loop.pause(until: .now + options.work)
    while isPending(timestamp) {
      await slots.get(on: loop).take(on: loop)
      await write(timestamp, on: loop)
      slots.get(on: loop).giveBack()
    }
  }

  /// One attempt, unless the operation was given up while it waited.
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

  /// The end of an operation's task, unless it was given up meanwhile. All of it in one step: once
  /// none is pending, the drain ends, and with it the process.
  private func finish(_ timed: TimedOperation, undeliveredBecause reason: String? = nil) {
    let drained = state.withLock { state in
      let wasPending = state.pending.removeValue(forKey: timed.timestamp) != nil
      if wasPending, let reason { undelivered.add([timed], because: reason) }
      return state.pending.isEmpty ? state.takeDrained() : []
    }
    for drain in drained { drain.fulfil() }
  }

  /// Waits until there is no task any more, those included that start meanwhile. What is left at
  /// the end is written to standard error.
  ///
  /// - Parameters:
  ///   - limit: after this time (default: 20 s) what is left is given up.
  ///   - signals: the next signal does the same at once.
  /// - Returns: how many operations were not stored, since the beginning.
  public func drain(within limit: Duration? = nil, cutOn signals: Signals? = nil) async
    -> DrainReport
  {
    let began = MonotonicTime.now
    let limit = limit ?? options.drain
    log.info("draining operations", ["tasks": "\(state.withLock { $0.pending.count })"])
    await writer.with { $0.hurry(before: began + limit, on: $1) }
    await Cutoff.after(limit, or: signals) {
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

  /// Gives up what is pending; what comes from now on is not taken.
  private func close(because reason: String) {
    let drained = state.withLock { state in
      state.closed = reason
      let rest = state.pending.sorted { $0.key < $1.key }
      undelivered.add(
        rest.map { TimedOperation(operation: $0.value, timestamp: $0.key) }, because: reason)
      state.pending = [:]
      return state.takeDrained()
    }
    for drain in drained { drain.fulfil() }
  }
}
