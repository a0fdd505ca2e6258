import Comparison
import Libc
import Shared

/// What stands between the harness and a pod's program, so that the program is PID 1, as in a
/// container, where a signal without a handler has no effect. In a namespace it starts the program
/// as that, passes signals on and ends with its exit code. Else it ignores SIGTERM and becomes the
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
    if words.first == first { begin(command) }
    switch words.first.flatMap({ PID1(rawValue: $0) }) {
    case .namespace?: lead(command)
    case .emulated?: become(command)
    case nil: fail("pod-trampoline: namespace or emulated, then an executable")
    }
  }

  /// The word for the first process of a namespace.
  private static let first = "first"

  /// The first process that is started after this is PID 1 of a namespace; as root at once, for
  /// other users within a user namespace of their own.
  private static func enterNamespace() -> Bool {
    // Not in the C library's module, which declares only what POSIX has.
    typealias Unshare = @convention(c) (_ flags: Int32) -> Int32
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "unshare") else { return false }
    let unshare = unsafeBitCast(symbol, to: Unshare.self)
    // CLONE_NEWUSER; CLONE_NEWPID and CLONE_NEWNS, for a /proc of its own.
    let (user, namespaces): (Int32, Int32) = (0x1000_0000, 0x2002_0000)
    return unshare(namespaces) == 0 || unshare(user | namespaces) == 0
  }

  /// As PID 1: mounts the `/proc` that a container has, for this namespace only, and becomes the
  /// program.
  private static func begin(_ command: [String]) -> Never {
    typealias Mount =
      @convention(c) (
        _ source: UnsafePointer<CChar>?, _ target: UnsafePointer<CChar>?,
        _ type: UnsafePointer<CChar>?, _ flags: UInt, _ data: UnsafeRawPointer?
      ) -> Int32
    guard let executable = command.first, let symbol = dlsym(dlopen(nil, RTLD_NOW), "mount") else {
      fail("pod-trampoline: no executable given")
    }
    let mount = unsafeBitCast(symbol, to: Mount.self)
    let (keepsPrivate, isPlain): (UInt, UInt) = (0x4_4000, 0xE)  // MS_REC | MS_PRIVATE; NOSUID …
    guard mount("none", "/", nil, keepsPrivate, nil) == 0,
      mount("proc", "/proc", "proc", isPlain, nil) == 0
    else { fail("no /proc of its own: \(String(cString: strerror(errno)))") }
    CStrings.with(command) { _ = execv(executable, $0) }
    fail("cannot start \(executable): \(String(cString: strerror(errno)))")
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
    let pid = start(
      "/proc/self/exe", [executable, Subcommand.trampoline.rawValue, first] + command)
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
    _exit(ExitCode.notFound.rawValue)
  }
}
