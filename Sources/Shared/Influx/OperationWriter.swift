/// Writes operations for all who have some. After a failure that may pass, everybody waits before
/// the next attempt, so that a server which is down is not asked by thousands. Says in the log when
/// writing begins to fail and when it works again, not each time. Belongs to a loop.
final class OperationWriter {
  private let client: InfluxClient
  private let pod: String
  private let log: Log
  private let pauses = Pauses()
  private var failures = 0
  private var backOff = BackOff()
  /// No attempt before; nil when the last one succeeded.
  private var opensAt: MonotonicTime?
  /// Nobody waits for anything that comes later; nil while the process is to live on.
  private var deadline: MonotonicTime?

  init(_ influx: Influx, pod: String, log: Log) {
    client = InfluxClient(influx)
    self.pod = pod
    self.log = log
  }

  /// One attempt, as soon as one may be made.
  func write(_ operations: [TimedOperation], on loop: isolated EventLoop) async throws(InfluxError)
  {
    while let time = opensAt, time > .now { await pauses.begin(until: time, on: loop).wait() }
    do throws(InfluxError) {
      try await client.write(lines(operations), on: loop)
    } catch {
      if error.isRetryable { backOff(after: error) }
      if failures == 0 {
        log.warning(
          "InfluxDB does not store", ["reason": "\(error)", "retried": "\(error.isRetryable)"])
      }
      failures += 1
      throw error
    }
    if failures > 0 { log.info("InfluxDB stores again", ["failures": "\(failures)"]) }
    failures = 0
    backOff.reset()
    opensAt = nil
  }

  /// Attempts that were made at the same time are one failure.
  private func backOff(after error: InfluxError) {
    let now = MonotonicTime.now
    if let opensAt, opensAt > now { return }
    opensAt =
      now + backOff.next(asked: error.retryAfter, left: deadline.map { max($0 - now, .zero) })
  }

  private func lines(_ operations: [TimedOperation]) throws(InfluxError) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(operations.count * 160)
    do throws(PointError) {
      for timed in operations {
        try timed.operation.point(pod: pod, at: timed.timestamp).append(to: &lines)
      }
    } catch {
      throw .unsayable(error)
    }
    return lines
  }

  /// How many wait.
  var waiting: Int { pauses.count }

  /// From now on there is a deadline, and whoever waits tries again at once.
  func hurry(before deadline: MonotonicTime, on loop: isolated EventLoop) {
    self.deadline = deadline
    opensAt = nil
    pauses.endAll(on: loop)
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
