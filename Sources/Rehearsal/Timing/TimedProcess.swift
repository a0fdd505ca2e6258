import Comparison
import Libc
import Shared

/// A server whose start or drain is timed. Its owner kills it; at a signal the harness exits, and
/// its watcher kills it.
struct TimedProcess {
  /// What `make bench` reads: milliseconds with two decimals.
  static func milliseconds(_ time: Duration) -> String {
    "\(((time / .milliseconds(1)) * 100).rounded() / 100)"
  }

  let executable: String
  let address: SocketAddress
  private let pid: pid_t

  /// Before the first process: what kills them when this one is gone, and the end at a signal.
  static func watch(until signals: Signals) throws(CommandError) -> Watcher {
    Task {
      await signals.next()
      CommandError(.interrupted, "interrupted: nothing was measured, nothing is left running")
        .exit()
    }
    return try Watcher(harness: OwnExecutable.path)
  }

  /// - Parameters:
  ///   - words: the path of the executable and its arguments.
  ///   - address: where it listens; the environment tells it.
  /// - Throws: `CommandError` when there is no such executable, or it cannot be started.
  init(_ words: [String], at address: SocketAddress, group: pid_t) throws(CommandError) {
    guard access(words[0], X_OK) == 0 else { throw .noInput("\(words[0]): no such executable") }
    executable = words[0]
    self.address = address
    pid = try Launch(
      arguments: words,
      environment: [
        "LISTEN_HOST=\(address.host)", "LISTEN_PORT=\(address.port)", "LOG_LEVEL=off",
        "WARMUP_SECONDS=0",
      ], group: group
    ).spawn()
  }

  /// Without reaping it: its id stays its own.
  var hasEnded: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0
      && info.si_signo == SIGCHLD
  }

  func terminate() { Libc.kill(pid, SIGTERM) }

  /// Waits for its end and reaps it, or kills it at the deadline. waitpid(2) has none, so it is
  /// asked again and again, at an interval that is small beside what is measured.
  /// - Returns: its exit status, or 128 and the signal that ended it.
  func awaitEnd(until deadline: MonotonicTime) -> Int32 {
    while !hasEnded, .now < deadline { usleep(100) }
    return kill()
  }

  /// Once, and not after `awaitEnd`.
  @discardableResult
  func kill() -> Int32 {
    Libc.kill(pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return WaitStatus.code(status)
  }
}
