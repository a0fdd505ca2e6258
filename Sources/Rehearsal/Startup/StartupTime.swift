import Comparison
import Libc
import Shared

/// How long a step takes from its process's start to its first answer: what `make bench` shows of
/// the start.
enum StartupTime {
  static let help = [
    "startup-time PATH: from the start of the executable at PATH to its first answer, in ms:",
    "the median of \(runs) starts",
  ]
  private static let runs = 11
  private static let timeout = Duration.seconds(10)

  /// Starts the executable several times and prints the median in milliseconds. Its processes are
  /// ended and reaped; at a signal the harness exits, and their watcher ends them.
  /// - Throws: `CommandError` when it cannot be started, or does not answer.
  static func run(_ arguments: [String], until signals: Signals) async throws(CommandError) {
    guard arguments.count == 1, let executable = arguments.first else {
      throw .usage("startup-time takes the path of one executable")
    }
    guard access(executable, X_OK) == 0 else { throw .noInput("\(executable): no such executable") }
    Task {
      await signals.next()
      CommandError(.interrupted, "interrupted: nothing was measured, nothing is left running")
        .exit()
    }
    let watcher = try Watcher(harness: OwnExecutable.path)
    defer { watcher.release() }
    var addresses = LoopbackAddresses(subject: 0, mode: .portEach, origin: Int(getpid()))
    let loop = EventLoop()
    var times: [Duration] = []
    for _ in 0..<runs {
      times.append(try await once(executable, group: watcher.group, at: addresses.take(), on: loop))
    }
    await loop.stop()
    let median = times.sorted()[runs / 2] / .milliseconds(1)
    print("\((median * 100).rounded() / 100)")
  }

  private static func once(
    _ executable: String, group: pid_t, at address: SocketAddress, on loop: EventLoop
  ) async throws(CommandError) -> Duration {
    let environment = [
      "LISTEN_HOST=\(address.host)", "LISTEN_PORT=\(address.port)", "LOG_LEVEL=off",
      "WARMUP_SECONDS=0",
    ]
    let began = MonotonicTime.now
    let pid = try Launch(arguments: [executable], environment: environment, group: group).spawn()
    let answered = await loop.perform {
      await answer(of: pid, at: address, until: began + timeout, on: $0)
    }
    kill(pid, SIGKILL)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard let answered else {
      let code = WaitStatus.code(status)
      throw CommandError(
        .unavailable,
        "\(executable) gave no answer"
          + (code == 137 ? " within \(timeout)" : ", it ended with \(code)"))
    }
    return answered - began
  }

  /// Asks again at once while the connection is refused: a pause would be part of the figure.
  private static func answer(
    of pid: pid_t, at address: SocketAddress, until end: MonotonicTime, on loop: isolated EventLoop
  ) async -> MonotonicTime? {
    let client = Client()
    while MonotonicTime.now < end, !hasEnded(pid) {
      do throws(ClientError) {
        let response = try await client.send(
          Request(.get, "/health"), to: address, reuse: false, on: loop)
        if response.status == .ok { return .now }
      } catch {
        continue
      }
    }
    return nil
  }

  /// Without reaping it: its id stays its own.
  private static func hasEnded(_ pid: pid_t) -> Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0
      && info.si_signo == SIGCHLD
  }
}
