import Libc

/// Sends operations to InfluxDB in batches: of 500, or when the first of a batch is 30 s old. One
/// write is under way at a time, while the next batch fills.
///
/// Without `flush`, operations that are not written when the process ends, or when the log is
/// released, are lost without a trace. Its thread and connections end when it is released.
public final class BatchLog: OperationLog {
  /// Times and limits; the defaults are the talk's.
  public struct Options: Sendable {
    /// Operations of one write, at most.
    public var batch = 500
    /// How long an operation waits for others.
    public var interval: Duration = .seconds(30)
    /// Operations that wait or are being written, at most; further ones are undelivered at once.
    public var capacity = 50_000
    /// How long a flush may take, retries included.
    public var flush: Duration = .seconds(20)
    /// The descriptor for undelivered operations.
    var undelivered = STDERR_FILENO

    /// The defaults.
    public init() {}
  }

  private struct State {
    var clock = PointClock()
    var queue: BatchQueue<TimedOperation>
    /// Why the log takes no more operations; nil while it does.
    var closed: String?
  }

  private let state: Lock<State>
  private let log: Log
  private let pod: String
  private let options: Options
  private let loop: EventLoop
  private let writer: LoopBound<OperationWriter>
  /// Rings when the queue has a new action.
  private let alarm = Alarm()
  /// Fulfilled when nothing is left to write, or the rest was given up.
  private let ended = Promise<Void>()
  private let undelivered: UndeliveredOperations

  /// A log with an event loop of its own. It connects to InfluxDB when the first batch is due.
  /// - Precondition: `options` have a `batch` and a `capacity` of 1 or more.
  public init(_ config: Config, _ influx: Influx, log: Log, options: Options = Options()) {
    precondition(options.batch > 0, "BatchLog.Options.batch is less than 1")
    precondition(options.capacity > 0, "BatchLog.Options.capacity is less than 1")
    state = Lock(
      State(
        queue: BatchQueue(
          batch: options.batch, interval: options.interval, capacity: options.capacity)))
    self.log = log
    pod = config.podName
    self.options = options
    loop = EventLoop()
    writer = LoopBound(OperationWriter(influx, pod: pod, log: log), of: loop)
    undelivered = UndeliveredOperations(
      pod: pod, log: log, descriptor: options.undelivered)
    Task(executorPreference: loop.executor) { [weak self, writer, alarm] in
      await writer.with { [weak self] (writer, loop) in
        while case .again(let time)? = await self?.step(with: writer, on: loop) {
          if let time { await alarm.wait(until: time, on: loop) }
        }
      }
    }
  }

  deinit {
    alarm.ring()
    Task { [loop, writer] in
      await writer.with { $0.close(on: $1) }
      await loop.stop()
    }
  }

  /// Adds an operation to the batch that fills. Does not wait; writes the operation to standard
  /// error when there is no room for it, or when line protocol cannot encode it: its batch would
  /// fail with it.
  public func append(_ operation: Operation) {
    let fault = operation.fault(pod: pod).map { "\($0)" }
    var undone: (TimedOperation, String)?
    let isDue = state.withLock { state in
      let timed = TimedOperation(operation: operation, timestamp: state.clock.next())
      if let reason = fault ?? state.closed {
        undone = (timed, reason)
        return false
      }
      switch state.queue.append(timed, at: .now) {
      case .kept: return false
      case .due: return true
      case .full:
        undone = (timed, "\(options.capacity) operations are waiting")
        return false
      }
    }
    if isDue { alarm.ring() }
    if let (timed, reason) = undone { undelivered.add([timed], because: reason) }
  }

  /// What follows a step of the task that writes.
  private enum Step {
    /// Another step: at once, or at an instant (`distantFuture`: only when the alarm rings).
    case again(at: MonotonicTime?)
    case finished
  }

  /// Writes a batch, if one is due.
  private func step(with writer: OperationWriter, on loop: isolated EventLoop) async -> Step {
    switch state.withLock({ $0.queue.next(at: .now) }) {
    case .write(let batch):
      do throws(InfluxError) {
        try await writer.write(batch, on: loop)
        state.withLock { $0.queue.stored() }
      } catch {
        let rejected = state.withLock { state -> [TimedOperation] in
          if error.isRetryable {
            state.queue.failed()
            return []
          }
          let rejected = state.queue.rejected()
          // In one step, so that a flush that is cut meanwhile does not end before.
          undelivered.announce(rejected.count)
          return rejected
        }
        undelivered.write(rejected, because: "\(error)")
      }
      return .again(at: nil)
    case .wait(let until): return .again(at: until ?? .distantFuture)
    case .finished:
      close(because: "the log is closed")
      return .finished
    }
  }

  /// Writes the partial batch at once, and returns when all operations are stored. Those that are
  /// not at the deadline are written to standard error as line protocol, ready to be replayed. The
  /// log takes no operation afterwards.
  ///
  /// - Parameters:
  ///   - limit: the deadline of the flush, retries included (default: 20 s).
  ///   - signals: the next signal ends the flush at once.
  /// - Returns: how many operations were not stored since the start (`undelivered`).
  public func flush(within limit: Duration? = nil, cutOn signals: Signals? = nil) async
    -> DrainReport
  {
    let began = MonotonicTime.now
    let limit = limit ?? options.flush
    let count = state.withLock { state in
      state.queue.flush()
      return state.queue.count
    }
    log.info("flushing operations", ["count": "\(count)"])
    // Not waited for: the deadline has to outlive a loop that does not run.
    writer.post { $0.hurry(before: began + limit, on: $1) }
    alarm.ring()
    await Deadline.after(limit, or: signals) {
      self.close(because: $0)
    } whileWaitingFor: {
      await self.ended.wait()
    }
    return await undelivered.report(since: began)
  }

  /// Gives up the operations that are left, and takes no more.
  private func close(because reason: String) {
    let rest = state.withLock { state in
      state.closed = reason
      let rest = state.queue.close()
      undelivered.announce(rest.count)
      return rest
    }
    undelivered.write(rest, because: reason)
    ended.fulfil()
  }
}
