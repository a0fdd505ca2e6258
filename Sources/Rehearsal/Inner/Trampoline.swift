import Comparison
import Shared

/// What stands between the harness and a pod's program, so that the program is PID 1, as in a
/// container, where a signal without a handler has no effect. In a namespace it starts the program as
/// that, passes signals on and ends with its exit code. Else it ignores SIGTERM and becomes the
/// program.
enum Trampoline {
  /// The command line that makes the harness a trampoline for a program.
  static func arguments(
    harness: String, _ pid1: PID1, executable: String, arguments: [String]
  ) -> [String] {
    [harness, Subcommand.trampoline.rawValue, pid1.rawValue, executable] + arguments
  }

  /// Does not return: runs the program `words[1]`, or says in one line why not and ends with 127.
  /// - Parameter words: how the program comes to be PID 1, and its command line.
  static func run(_ words: [String]) -> Never {
    let command = Array(words.dropFirst())
    switch words.first.flatMap({ PID1(rawValue: $0) }) {
    case .namespace?: lead(command)
    case .emulated?: become(command)
    case nil: fail("pod-trampoline: namespace or emulated, then an executable")
    }
  }

  /// The first process that is started after this is PID 1 of a namespace; as root at once, for other
  /// users within a user namespace of their own.
  private static func enterNamespace() -> Bool {
    // Not in the C library's module, which declares only what POSIX has.
    typealias Unshare = @convention(c) (_ flags: Int32) -> Int32
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "unshare") else { return false }
    let unshare = unsafeBitCast(symbol, to: Unshare.self)
    let (newUser, newPID): (Int32, Int32) = (0x1000_0000, 0x2000_0000)  // CLONE_NEWUSER, _NEWPID
    return unshare(newPID) == 0 || unshare(newUser | newPID) == 0
  }

  private static func lead(_ command: [String]) -> Never {
    Descriptors.closeInherited()
    guard let executable = command.first else { fail("pod-trampoline: no executable given") }
    guard enterNamespace() else {
      fail("no PID namespace: \(String(cString: strerror(errno)))")
    }
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for signal in PID1.blocked(.namespace) { sigaddset(&awaited, signal) }
    sigprocmask(SIG_BLOCK, &awaited, nil)
    let pid = start(executable, command)
    var signal: Int32 = 0
    while sigwait(&awaited, &signal) == 0 {
      switch signal {
      case SIGTERM: kill(pid, SIGTERM)
      case PID1.kill: kill(pid, SIGKILL)
      default:
        var status: Int32 = 0
        // Its namespace is empty then: the kernel kills what PID 1 leaves behind.
        if waitpid(pid, &status, WNOHANG) == pid { _exit(WaitStatus.code(status)) }
      }
    }
    fail("pod-trampoline: \(String(cString: strerror(errno)))")
  }

  /// With every signal as it is in a new container, in this process's group.
  private static func start(_ executable: String, _ command: [String]) -> pid_t {
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    for fixed in [SIGKILL, SIGSTOP] { sigdelset(&all, fixed) }
    sigemptyset(&none)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var pid = pid_t()
    let error = CStrings.with(command) {
      posix_spawn(&pid, executable, nil, &attributes, $0, environ)
    }
    guard error == 0 else {
      fail("cannot start \(executable): \(String(cString: strerror(error)))")
    }
    return pid
  }

  private static func become(_ command: [String]) -> Never {
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
