import Libc
import Shared

/// One call of posix_spawn(3): a program with an environment of its own, no signal ignored, and its
/// place in a process group from the first moment.
package struct Launch {
  package var arguments: [String]
  package var environment: [String] = []
  /// What becomes standard input; nil for `/dev/null`.
  package var input: Int32?
  /// What becomes standard output, and standard error too unless there is another for it; nil to
  /// share the harness's.
  package var output: Int32?
  package var errors: Int32?
  /// The process group to join; 0 to lead a new one.
  package var group: pid_t
  /// Signals that stay blocked in the new process until it unblocks them: from its first moment
  /// they cannot end it.
  package var blocked: [Int32] = []

  package init(
    arguments: [String], environment: [String] = [], input: Int32? = nil, output: Int32? = nil,
    errors: Int32? = nil, group: pid_t, blocked: [Int32] = []
  ) {
    self.arguments = arguments
    self.environment = environment
    self.input = input
    self.output = output
    self.errors = errors
    self.group = group
    self.blocked = blocked
  }

  /// The process's id. `arguments[0]` is the path of the program.
  /// - Throws: `CommandError` with what the kernel said.
  package func spawn() throws(CommandError) -> pid_t {
    let actions = Self.made(posix_spawn_file_actions_init)
    let attributes = Self.made(posix_spawnattr_init)
    defer {
      posix_spawn_file_actions_destroy(actions)
      posix_spawnattr_destroy(attributes)
      actions.deallocate()
      attributes.deallocate()
    }

    if let input {
      posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    if let output {
      posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(actions, errors ?? output, STDERR_FILENO)
    }

    var all = sigset_t()
    sigfillset(&all)
    for fixed in [SIGKILL, SIGSTOP] { sigdelset(&all, fixed) }
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in blocked { sigaddset(&mask, signal) }
    posix_spawnattr_setsigdefault(attributes, &all)
    posix_spawnattr_setsigmask(attributes, &mask)
    posix_spawnattr_setpgroup(attributes, group)
    posix_spawnattr_setflags(
      attributes,
      Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))

    var pid = pid_t()
    let error = CStrings.with(arguments) { arguments in
      guard let program = arguments[0] else { return ENOENT }
      return CStrings.with(environment) {
        posix_spawn(&pid, program, actions, attributes, arguments, $0)
      }
    }
    guard error == 0 else {
      throw CommandError(
        .osError,
        "cannot start \(arguments.first ?? "a process"): \(String(cString: strerror(error)))")
    }
    return pid
  }

  /// Memory made ready by one of the init functions, whose types are not the same on all systems.
  private static func made<Value>(_ initialize: (UnsafeMutablePointer<Value>) -> Int32)
    -> UnsafeMutablePointer<Value>
  {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    _ = initialize(memory)
    return memory
  }
}
