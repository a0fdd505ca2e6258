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
    pid1 == .namespace ? [SIGTERM, kill, SIGCHLD] : [SIGTERM]
  }

  /// What asks the trampoline of a namespace to kill its PID 1: a SIGKILL would end the trampoline
  /// itself, and leave the pod.
  static let kill = SIGUSR2
}
