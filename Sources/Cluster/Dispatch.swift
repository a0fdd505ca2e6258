import Comparison
import Libc
import Shared

extension Subcommand {
  private var command: any ClusterCommand.Type {
    switch self {
    case .loadTest: LoadTest.self
    case .comparison: ClusterComparison.self
    case .sideBySide: SideBySide.self
    case .lag: LagMeasurement.self
    case .drain: NodeDrain.self
    }
  }

  /// Runs what the words name until it ends or a signal comes. A second signal waits for nothing
  /// any more.
  /// - Parameter words: without the name of the program.
  /// - Returns: the exit status.
  static func run(_ words: [String], environment: [String], until signals: Signals) async -> Int32 {
    // The reader of standard output may go away: the cluster is still left clean.
    signal(SIGPIPE, SIG_IGN)
    let work = Task { () -> Result<Int32, CommandError> in
      do throws(CommandError) { return .success(try await perform(words, environment)) } catch {
        return .failure(error)
      }
    }
    let interruption = Task {
      guard await signals.next() else { return }
      work.cancel()
      guard await signals.next() else { return }
      Console.error("interrupted twice: what is left in the cluster ends by itself")
      exit(ExitCode.interrupted.rawValue)
    }
    defer { interruption.cancel() }
    switch await work.value {
    case .success(let status): return status
    case .failure(let refusal):
      Console.error(refusal.message)
      return refusal.status.rawValue
    }
  }

  private static func perform(_ words: [String], _ environment: [String]) async throws(CommandError)
    -> Int32
  {
    let names = allCases.map(\.rawValue).joined(separator: " ")
    guard let name = words.first else {
      throw .usage("which command? there are \(names); help tells what each does")
    }
    guard let subcommand = Subcommand(rawValue: name) else {
      guard Help.isWanted([name]) else {
        throw .usage("'\(name)' is no command; there are \(names)")
      }
      Console.lines(help)
      return 0
    }
    return try await perform(subcommand.command, Array(words.dropFirst()), environment)
  }

  private static func perform<Command: ClusterCommand>(
    _: Command.Type, _ words: [String], _ environment: [String]
  ) async throws(CommandError) -> Int32 {
    if Help.isWanted(words) {
      Console.lines(Command.syntax.help)
      return 0
    }
    return try await Command(words, environment).run()
  }

  /// All commands, each with what it does.
  static var help: [String] {
    ["Commands, each with help=1 for its options:"]
      + Help.columns(allCases.map { ($0.rawValue, purpose(of: $0.command)) })
  }

  private static func purpose<Command: ClusterCommand>(of _: Command.Type) -> String {
    Command.syntax.purpose
  }
}
