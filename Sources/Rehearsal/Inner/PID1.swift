import Comparison
import Libc
import Shared

/// How a pod's process comes to be PID 1, as it is in a container.
enum PID1: String, Sendable {
  /// It is, in a PID namespace of its own (pid_namespaces(7)): signals without a handler have no
  /// effect, and when it ends all its processes do.
  case namespace
  /// It begins with SIGTERM ignored, where the kernel allows no namespace. A program that resets
  /// its signals, as node does, ends by a SIGTERM that it would survive as PID 1; one that inherits
  /// ignored signals, as Java does, never runs its hook. Processes that it leaves behind live on.
  case emulated

  /// What this kernel allows to this user: a process that says whether it is PID 1 is started.
  /// - Parameter harness: the path of the executable that takes `Subcommand`s.
  static func available(harness: String = OwnExecutable.path) -> PID1 {
    let check = Trampoline.arguments(
      harness: harness, .namespace, executable: harness,
      arguments: [Subcommand.pid1Check.rawValue])
    // Why not is the kernel's business, and nothing that a user has to read.
    let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(silence) }
    guard
      let pid = try? Launch(
        arguments: check, output: silence, group: 0, blocked: blocked(.namespace)
      ).spawn()
    else { return .emulated }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status == 0 ? .namespace : .emulated
  }

  /// Whether this process is PID 1, and `/proc` shows its namespace. Where it shows another,
  /// libdispatch does not find its own threads, and ends the process (SIGILL).
  static var isReal: Bool {
    var name = [CChar](repeating: 0, count: 16)
    let count = readlink("/proc/self", &name, name.count)
    return getpid() == 1 && count == 1 && name[0] == CChar(UInt8(ascii: "1"))
  }

  /// Signals that stay blocked until the trampoline is ready for them.
  static func blocked(_ pid1: PID1) -> [Int32] {
    pid1 == .namespace ? passed + [kill, SIGCHLD] : [SIGTERM]
  }

  /// What the trampoline of a namespace passes on: the signals that ask servers to stop.
  static let passed = [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGWINCH]

  /// Blocks signals, so that `next` gets them.
  static func await(_ signals: [Int32]) -> sigset_t {
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for signal in signals { sigaddset(&awaited, signal) }
    sigprocmask(SIG_BLOCK, &awaited, nil)
    return awaited
  }

  /// Waits for one of the blocked signals.
  static func next(of awaited: sigset_t) -> Int32 {
    var (awaited, signal) = (awaited, Int32(0))
    while sigwait(&awaited, &signal) != 0 {}
    return signal
  }

  /// Waits for a SIGCHLD, which is blocked.
  /// - Returns: false when none came.
  static func awaitChild(within time: Duration) -> Bool {
    var (child, information) = (sigset_t(), siginfo_t())
    sigemptyset(&child)
    sigaddset(&child, SIGCHLD)
    let deadline = MonotonicTime.now + time
    while true {
      let left = max(0, Int((deadline - .now) / .nanoseconds(1)))
      var limit = timespec(tv_sec: left / 1_000_000_000, tv_nsec: left % 1_000_000_000)
      if sigtimedwait(&child, &information, &limit) > 0 { return true }
      if errno != EINTR { return false }
    }
  }

  /// What asks the trampoline of a namespace to kill its PID 1: a SIGKILL would end the trampoline
  /// itself, and leave the pod.
  static let kill = SIGUSR2
}
