import Comparison

/// One of the things that this executable does: its options are its properties.
protocol ClusterCommand: Sendable {
  /// What it takes, and its help.
  static var syntax: CommandSyntax<Self> { get }

  /// With the default of every option.
  /// - Parameter environment: all of it, as `NAME=value`, for the programs that it runs.
  init(environment: [String])

  /// - Returns: the exit status.
  /// - Throws: `CommandError`; nothing of it is left in the cluster then.
  func run() async throws(CommandError) -> Int32
}

extension ClusterCommand {
  /// - Parameter words: `name=value`, without the names of the program and the command.
  /// - Throws: `CommandError` (64).
  init(_ words: [String], _ environment: [String] = []) throws(CommandError) {
    self.init(environment: environment)
    try Self.syntax.parse(words, into: &self)
  }
}
