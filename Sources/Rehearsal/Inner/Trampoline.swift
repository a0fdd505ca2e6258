import Comparison
import Shared

/// What stands between the harness and a pod's program: it ignores SIGTERM and becomes the program,
/// which so begins as PID 1 of a container does. There a signal without a handler has no effect.
enum Trampoline {
  /// The command line that makes the harness a trampoline for a program.
  static func arguments(harness: String, executable: String, arguments: [String]) -> [String] {
    [harness, Subcommand.trampoline.rawValue, executable] + arguments
  }

  /// Does not return: the process becomes the program `command[0]`, or says in one line why not and
  /// ends with 127.
  static func run(_ command: [String]) -> Never {
    // Until here SIGTERM was blocked. One that came meanwhile is dropped with this line, as PID 1
    // would have.
    signal(SIGTERM, SIG_IGN)
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    Descriptors.closeInherited()

    guard let executable = command.first else { fail("pod-trampoline: no executable given") }
    CStrings.with(command) { _ = execv(executable, $0) }
    fail("cannot start \(executable): \(String(cString: strerror(errno)))")
  }

  private static func fail(_ message: String) -> Never {
    Console.error(message)
    _exit(ExitStatus.notFound.rawValue)
  }
}
