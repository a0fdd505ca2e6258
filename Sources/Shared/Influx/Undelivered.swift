import Synchronization

/// Operations that could not be stored: counted, logged, and written to standard error as line
/// protocol, ready to be replayed. They are written as soon as it is known, so that they take no
/// memory, by a thread of their own, so that nobody waits.
final class Undelivered: Sendable {
  private struct State {
    var count = 0
    /// Not logged yet: a line a second says how many.
    var unlogged = 0
    var lastLogged: MonotonicTime?

    mutating func takeUnlogged() -> Int {
      defer { unlogged = 0 }
      return unlogged
    }
  }

  /// How long the reader of standard error is waited for at the end.
  static let patience = Duration.seconds(2)

  private let state = Mutex(State())
  private let pod: String
  private let log: Log
  private let writer: LogWriter

  /// - Parameters:
  ///   - descriptor: where to write; stays the caller's.
  ///   - capacity: bytes that may wait for a reader; what does not fit is counted, in a comment of
  ///     line protocol.
  init(pod: String, log: Log, descriptor: Int32 = STDERR_FILENO, capacity: Int = 16 << 20) {
    self.pod = pod
    self.log = log
    writer = LogWriter(descriptor: descriptor, capacity: capacity) {
      Array("# \($0) operations found no room here\n".utf8)
    }
  }

  /// How many there are.
  var count: Int { state.withLock { $0.count } }

  func add(_ operations: [TimedOperation], because reason: String) {
    if operations.isEmpty { return }
    for timed in operations {
      var line: [UInt8] = []
      do throws(PointError) {
        try timed.operation.point(pod: pod, at: timed.timestamp).append(to: &line)
      } catch {
        // Not even line protocol can say it: a comment, of one line.
        line = Array("# \(error): \(timed.operation.id.debugDescription)\n".utf8)
      }
      writer.append(line)
    }
    let unlogged = state.withLock { state -> Int in
      state.count += operations.count
      state.unlogged += operations.count
      if let last = state.lastLogged, MonotonicTime.now - last < .seconds(1) { return 0 }
      state.lastLogged = .now
      return state.takeUnlogged()
    }
    if unlogged > 0 {
      log.error("operations not stored", ["count": "\(unlogged)", "reason": reason])
    }
  }

  /// Waits until all is written, but no longer than `limit`: nobody may be reading.
  func flush(within limit: Duration) async {
    let unlogged = state.withLock { $0.takeUnlogged() }
    if unlogged > 0 { log.error("operations not stored", ["count": "\(unlogged)"]) }
    if await !writer.flush(within: limit) {
      log.error("nobody read standard error to its end", ["undelivered": "\(count)"])
    }
  }

  /// The end of a stage: waits until all is written, and says how it ended.
  func report(since began: MonotonicTime) async -> DrainReport {
    await flush(within: Self.patience)
    var report = DrainReport()
    report.undelivered = count
    report.took = MonotonicTime.now - began
    log.info(
      "operations drained",
      ["undelivered": "\(report.undelivered)", "took": report.took.inMilliseconds])
    return report
  }
}
