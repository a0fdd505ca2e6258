/// Writes the operations of all tasks. After a failure that may pass, all of them wait before the
/// next attempt, so that a server that is down does not get thousands at a time. Logs when writing
/// begins to fail and when it works again, not each failure. Belongs to a loop.
final class OperationWriter {
  /// No attempt before its end.
  private struct Pause {
    var end: MonotonicTime
    let isOver = Promise<Void>()
    let timer = LoopTimer()
  }

  private let client: InfluxClient
  private let pod: String
  private let log: Log
  private var failures = 0
  private var backOff = BackOff()
  private var pause: Pause?
  /// How many pauses there have been: tells whether an attempt began before a failure.
  private var pauses = 0
  /// How many writes wait for the pause's end.
  private(set) var waiting = 0
  /// Later attempts are in vain; nil while the process does not stop.
  private var deadline: MonotonicTime?

  init(_ influx: Influx, pod: String, log: Log) {
    client = InfluxClient(influx)
    self.pod = pod
    self.log = log
  }

  /// Makes one attempt, as soon as one may be made.
  func write(_ operations: [TimedOperation], on loop: isolated EventLoop) async throws(InfluxError)
  {
    while let pause {
      waiting += 1
      await pause.isOver.wait()
      waiting -= 1
    }
    let begun = pauses
    do throws(InfluxError) {
      try await client.write(lines(operations), on: loop)
    } catch {
      if error.isRetryable { beginPause(after: error, on: loop) }
      if failures == 0 {
        log.warning(
          "InfluxDB does not store", ["reason": "\(error)", "retried": "\(error.isRetryable)"])
      }
      failures += 1
      throw error
    }
    // One that was sent before a failure says nothing of what came after it.
    guard begun == pauses else { return }
    if failures > 0 { log.info("InfluxDB stores again", ["failures": "\(failures)"]) }
    failures = 0
    backOff.reset()
  }

  /// Sets a deadline, shortens the attempts, and ends the pause: every write that waits is
  /// attempted at once.
  func hurry(before deadline: MonotonicTime, on loop: isolated EventLoop) {
    self.deadline = deadline
    client.hurry(on: loop)
    endPause(on: loop)
  }

  /// Closes the idle connections.
  func close(on loop: isolated EventLoop) { client.close(on: loop) }

  /// Attempts that were made at the same time are one failure, whose pause ends when the last of
  /// their `Retry-After` does.
  private func beginPause(after error: InfluxError, on loop: isolated EventLoop) {
    let now = MonotonicTime.now
    let left = deadline.map { max($0 - now, .zero) }
    if pause == nil {
      pauses += 1
      setPause(until: now + backOff.next(asked: error.retryAfter, left: left), on: loop)
    } else if let asked = BackOff.honoured(error.retryAfter, left: left) {
      setPause(until: now + asked, on: loop)
    }
  }

  /// Begins a pause, or lets the one that has begun end later.
  private func setPause(until end: MonotonicTime, on loop: isolated EventLoop) {
    var pause = pause ?? Pause(end: end)
    pause.end = max(pause.end, end)
    self.pause = pause
    let writer = LoopBound(self, on: loop)
    pause.timer.set(at: pause.end, on: loop) { writer.get(on: $0).endPause(on: $0) }
  }

  /// When the pause ends; nil without one.
  var pauseEnd: MonotonicTime? { pause?.end }

  private func endPause(on loop: isolated EventLoop) {
    guard let pause = pause.take() else { return }
    pause.timer.clear(on: loop)
    pause.isOver.fulfil()
  }

  private func lines(_ operations: [TimedOperation]) throws(InfluxError) -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(operations.count * 160)
    do throws(PointError) {
      for timed in operations {
        try timed.operation.point(pod: pod, at: timed.timestamp).append(to: &lines)
      }
    } catch {
      throw .notEncodable(error)
    }
    return lines
  }
}
