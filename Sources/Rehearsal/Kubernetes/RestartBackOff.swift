import Comparison

/// How long a container that ended has to wait for its restart: not at all the first time, then 10
/// s, 20 s, 40 s … 300 s after its exit (`CrashLoopBackOff`). More than 10 min between a restart
/// and the next exit make the next restart the first again.
struct RestartBackOff: Sendable {
  static let first: Duration = .seconds(10)
  static let longest: Duration = .seconds(300)
  static let forgottenAfter: Duration = .seconds(600)

  private var delay: Duration?
  private var lastRestart: Duration = .zero

  /// The instant of the restart of a container that ended at `exit`.
  mutating func restart(afterExitAt exit: Duration) -> Duration {
    if exit - lastRestart > Self.forgottenAfter { delay = nil }
    return exit + (delay ?? .zero)
  }

  /// The container was restarted: the next wait is longer.
  mutating func restarted(at now: Duration) {
    delay = delay.map { min($0 * 2, Self.longest) } ?? Self.first
    lastRestart = now
  }
}
