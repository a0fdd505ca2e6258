import Comparison
import Libc
import Shared

/// PID 1 of a namespace in place of a program, and the program its child, as with `docker run
/// --init`: so it can see which processes the program leaves behind. Where the program itself is
/// PID 1, the kernel kills those before they can be counted.
enum PodInit {
  /// What a line of the report begins with; the names of the processes follow.
  static let report = "pod-init: left behind: "
  /// For children that end at the same time as their parent.
  private static let settle = Duration.milliseconds(500)

  /// The command line that makes this executable the init process of a program.
  static func arguments(_ command: [String]) -> [String] {
    ["/proc/self/exe", Subcommand.podInit.rawValue] + command
  }

  /// Does not return: starts the program, passes signals on, reports, and ends with its exit code.
  static func run(_ command: [String]) -> Never {
    guard getpid() == 1, let executable = command.first else { _exit(ExitCode.usage.rawValue) }
    let awaited = PID1.await(PID1.passed + [SIGCHLD])
    let pid = Trampoline.start(executable, command)
    while true {
      let signal = PID1.next(of: awaited)
      guard signal == SIGCHLD else {
        kill(pid, signal)
        continue
      }
      var status: Int32 = 0
      while case let ended = waitpid(-1, &status, WNOHANG), ended > 0 {
        if ended == pid {
          Console.line(report + left().joined(separator: " "))
          _exit(WaitStatus.code(status))
        }
      }
    }
  }

  /// The names of the others that still live once those had time to end. The last to end is a child
  /// of this process, which has taken them all in, so its end is a SIGCHLD.
  private static func left() -> [String] {
    let deadline = MonotonicTime.now + settle
    while true {
      while waitpid(-1, nil, WNOHANG) > 0 {}
      let names = ProcessTree.all().filter { $0 != 1 }.compactMap { ProcessTree.livingName($0) }
      let time = deadline - .now
      guard !names.isEmpty, time > .zero, PID1.awaitChild(within: time) else {
        return names.sorted()
      }
    }
  }
}
