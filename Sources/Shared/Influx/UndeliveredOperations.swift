import Libc

/// Operations that could not be stored: counted, logged, and written to standard error as line
/// protocol, ready to be replayed. A thread writes them at once, so that they take no memory and no
/// task waits.
final class UndeliveredOperations: Sendable {
  private struct State {
    var count = 0
    /// Those that are announced and whose lines are not made yet.
    var unwritten = 0
    /// One for each report that waits for the lines.
    var waiting: [Promise<Void>] = []
    /// The log gets one line per second, with the number.
    var throttle = Throttle(.seconds(1))
  }

  /// Bytes that may wait for the reader of standard error: more than the lines of all operations
  /// that a log may hold, with the longest ids.
  static let capacity = 12 << 20
  /// How long the last flush waits for the reader of standard error.
  static let flushTimeout = Duration.seconds(2)

  private let state = Lock(State())
  private let pod: String
  private let log: Log
  private let writer: LineWriter

  /// - Parameters:
  ///   - descriptor: where to write; the caller closes it.
  ///   - capacity: bytes that may wait for the reader. A comment of line protocol counts the
  ///     operations that do not fit.
  init(
    pod: String, log: Log, descriptor: Int32 = STDERR_FILENO,
    capacity: Int = UndeliveredOperations.capacity
  ) {
    self.pod = pod
    self.log = log
    do throws(SystemError) {
      writer = try LineWriter(descriptor: descriptor, capacity: capacity) {
        Array("# \($0) operations found no room here\n".utf8)
      }
    } catch {
      ExitCode.osError.exit("\(error)")
    }
  }

  /// How many there are since the start.
  var count: Int { state.withLock { $0.count } }

  func add(_ operations: [TimedOperation], because reason: String) {
    announce(operations.count)
    write(operations, because: reason)
  }

  /// Counts operations that `write` gets a moment later. For callers that hold a lock: lines are
  /// not made meanwhile, and no report misses the operations.
  func announce(_ count: Int) {
    state.withLock { state in
      state.count += count
      state.unwritten += count
    }
  }

  /// Writes operations that were announced.
  func write(_ operations: [TimedOperation], because reason: String) {
    if operations.isEmpty { return }
    for timed in operations {
      var line: [UInt8] = []
      do throws(PointError) {
        try timed.operation.point(pod: pod, at: timed.timestamp).append(to: &line)
      } catch {
        // Line protocol cannot encode it: a comment, in one line.
        line = Array("# \(error): \(timed.operation.id.debugDescription)\n".utf8)
      }
      writer.append(line)
    }
    let (unlogged, waiting) = state.withLock { state in
      state.unwritten -= operations.count
      defer { if state.unwritten == 0 { state.waiting = [] } }
      return (state.throttle.pass(operations.count), state.unwritten == 0 ? state.waiting : [])
    }
    for report in waiting { report.fulfil() }
    if let unlogged {
      log.error("operations not stored", ["count": "\(unlogged)", "reason": reason])
    }
  }

  /// Waits until all are written, but no longer than `limit`: a reader may hang.
  func flush(within limit: Duration) async {
    let isWritten = Promise<Void>()
    let mustWait = state.withLock { state in
      if state.unwritten > 0 { state.waiting.append(isWritten) }
      return state.unwritten > 0
    }
    if mustWait { await isWritten.wait() }
    let unlogged = state.withLock { $0.throttle.takeHeld() }
    if unlogged > 0 { log.error("operations not stored", ["count": "\(unlogged)"]) }
    if await !writer.flush(within: limit) {
      log.error("standard error was not read to its end", ["undelivered": "\(count)"])
    }
  }

  /// The report of a stage, once all are written.
  func report(since began: MonotonicTime) async -> DrainReport {
    await flush(within: Self.flushTimeout)
    var report = DrainReport()
    report.undelivered = count
    report.took = MonotonicTime.now - began
    log.info(
      "operations drained",
      ["undelivered": "\(report.undelivered)", "took": report.took.inMilliseconds])
    return report
  }
}
