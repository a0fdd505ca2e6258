import Comparison
import DrainCheck
import Libc
import Shared

/// Starts the command of `run=`, each time as a new pod of one group.
struct CheckedCommand: ServerLauncher {
  private let command: [String]
  private let environment: [String]
  private let group: PodGroup
  private let pid1: PID1

  /// - Throws: `CommandError` (66) when there is no such program.
  init(_ options: CheckOptions, in group: PodGroup, _ pid1: PID1) throws(CommandError) {
    guard let name = options.command.first, let program = ExecutablePath.find(name) else {
      throw .noInput(
        "run='\(options.command.joined(separator: " "))': no such program. "
          + ExecutablePath.advice(options.command))
    }
    command = [program] + options.command.dropFirst()
    environment = Environment.withoutMake + options.environment
    self.group = group
    self.pid1 = pid1
  }

  /// A mark for the group of one check.
  static func mark() -> String { "DRAIN_CHECK=\(getpid())-\(MonotonicTime.now.nanoseconds)" }

  var isPID1: Bool { pid1 == .namespace }

  func start(underInit: Bool) throws(CommandError) -> any ServerProcess {
    try CheckedServer(
      command, environment: environment, in: group, pid1, underInit: underInit)
  }
}
