/// The one timer of a connection, for whichever time-out runs. Belongs to a loop.
final class ConnectionTimer {
  private var timer: Timers<EventLoop.Timer>.ID?
  private var rings = MonotonicTime.distantFuture
  /// The time-out that runs.
  private(set) var timeout = ConnectionState.Timeout.none
  private var end = MonotonicTime.distantFuture
  /// When the time-out that runs began.
  private(set) var began = MonotonicTime.distantFuture

  /// Lets a time-out begin, unless it runs already.
  ///
  /// A timer that is set too early costs one look; setting it anew for each request would cost
  /// more, and so would a copy of the options.
  func run(
    _ timeout: ConnectionState.Timeout, of connection: any Channel,
    options: @autoclosure () -> ServerOptions,
    on loop: isolated EventLoop
  ) {
    if timeout != self.timeout {
      self.timeout = timeout
      began = loop.now
      end = options().duration(of: timeout).map { loop.now + $0 } ?? .distantFuture
    }
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

  /// The time-out begins anew with the next `run`. If none runs then, the one before must not ring.
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
  fileprivate func duration(of timeout: ConnectionState.Timeout) -> Duration? {
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
