/// The one timer of a connection, for whichever time-out runs. Belongs to a loop.
final class ConnectionTimer {
  private var timer: Timers<EventLoop.Timer>.ID?
  private var rings = MonotonicTime.distantFuture
  /// The time-out that runs.
  private(set) var timeout = ConnectionState.Timeout.none
  private var end = MonotonicTime.distantFuture
  /// When the time-out that runs began.
  private(set) var began = MonotonicTime.distantFuture

  /// Lets another time-out begin now.
  /// - Parameter duration: nil: without end.
  func begin(
    _ timeout: ConnectionState.Timeout, for duration: Duration?, on loop: isolated EventLoop
  ) {
    self.timeout = timeout
    began = loop.now
    // A closure that captured the loop would look at its isolation each time it is called.
    if let duration { end = loop.now + duration } else { end = .distantFuture }
  }

  /// Sees to it that the timer rings by the end of the time-out that runs.
  ///
  /// A timer that is set too early costs one look; setting it anew for each request would cost
  /// more.
  func run(for connection: any Channel, on loop: isolated EventLoop) {
    guard end < rings else { return }
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(connection, at: end)
    rings = end
  }

  /// The timer has rung.
  /// - Returns: whether the time-out is over.
  func rang(at now: MonotonicTime) -> Bool {
    timer = nil
    rings = .distantFuture
    return now >= end
  }

  /// None runs any more; it begins anew with the next `begin`.
  func restart() {
    timeout = .none
    end = .distantFuture
  }

  func cancel(on loop: isolated EventLoop) {
    if let timer { loop.cancel(timer) }
    timer = nil
  }
}

extension ServerOptions {
  /// Nil: without end.
  func duration(of timeout: ConnectionState.Timeout) -> Duration? {
    switch timeout {
    case .none: nil
    case .idle: idleTimeout
    case .lameDuck: lameDuck
    case .request: requestTimeout
    case .write: writeTimeout
    case .linger: lingering
    }
  }
}
