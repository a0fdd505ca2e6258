/// Writes operations, and waits between attempts. Says in the log when writing begins to fail and when it works again, not each time.
/// Belongs to a loop.
final class OperationWriter {
  private let client: InfluxClient
  private let pod: String
  private let log: Log
  private let pauses = Pauses()
  /// Writes at a time; each has a connection of its own.
  private let slots = Slots(256)
  private var failures = 0
  /// Nobody waits for anything that comes later; nil while the process is to live on.
  private var deadline: MonotonicTime?

  init(_ influx: Influx, pod: String, log: Log) {
    client = InfluxClient(influx)
    self.pod = pod
    self.log = log
  }

  /// One attempt.
  func write(_ operations: [TimedOperation], on loop: isolated EventLoop) async throws(InfluxError) {
    await slots.take(on: loop)
    defer { slots.giveBack() }
    do throws(InfluxError) {
      try await client.write(lines(operations), on: loop)
    } catch {
      if failures == 0 { log.warning("InfluxDB does not store", ["reason": "\(error)", "retried": "\(error.isRetryable)"]) }
      failures += 1
      throw error
    }
    if failures > 0 { log.info("InfluxDB stores again", ["failures": "\(failures)"]) }
    failures = 0
  }

  private func lines(_ operations: [TimedOperation]) throws(InfluxError) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(operations.count * 160)
    do throws(PointError) {
      for timed in operations { try timed.operation.point(pod: pod, at: timed.timestamp).append(to: &lines) }
    } catch {
      throw .unsayable(error)
    }
    return lines
  }

  /// When to try again after a failure.
  func retryTime(_ backOff: inout BackOff, after error: InfluxError) -> MonotonicTime {
    let left = deadline.map { max($0 - .now, .zero) }
    return .now + backOff.next(asked: error.retryAfter, left: left)
  }

  func pause(until time: MonotonicTime?, on loop: isolated EventLoop) async { await pauses.pause(until: time, on: loop) }

  /// Ends all waits: something has changed.
  func wake(on loop: isolated EventLoop) { pauses.endAll(on: loop) }

  /// From now on there is a deadline, and whoever waits tries again at once.
  func hurry(before deadline: MonotonicTime, on loop: isolated EventLoop) {
    self.deadline = deadline
    wake(on: loop)
  }

  func close(on loop: isolated EventLoop) { client.close(on: loop) }
}
