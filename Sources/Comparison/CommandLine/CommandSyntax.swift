/// What a command takes: the one reader of `name=value` words, and the help that lists them.
package struct CommandSyntax<Values>: Sendable {
  /// `k8s-compare`.
  package let command: String
  /// What it does, in one line.
  package let purpose: String
  package let options: [Option<Values>]
  /// Whether the values go together; throws `CommandError.usage`.
  private let check: @Sendable (inout Values) throws(CommandError) -> Void

  package init(
    _ command: String, _ purpose: String, options: [Option<Values>],
    check: @escaping @Sendable (inout Values) throws(CommandError) -> Void = { _ in }
  ) {
    self.command = command
    self.purpose = purpose
    self.options = options
    self.check = check
  }

  /// - Parameter words: without the names of the program and of the command.
  /// - Throws: `CommandError` (64) with one line that says what is wrong and what is allowed.
  package func parse(_ words: [String], into values: inout Values) throws(CommandError) {
    var seen: Set<String> = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2 else {
        throw .usage("'\(word)' is not of the form option=value; help=1 lists the options")
      }
      if Help.isWanted([word]) || word == "help=0" { continue }
      guard let option = options.first(where: { $0.name == parts[0] }) else {
        let names = options.map { "\($0.name)=" }.joined(separator: " ")
        throw .usage("\(command) takes no \(parts[0])=; it takes \(names)")
      }
      guard seen.insert(option.name).inserted else {
        throw .usage("\(option.name)= is given twice")
      }
      guard option.set(&values, parts[1]) else {
        throw .usage("\(word): \(option.name)= takes \(option.allowed)")
      }
    }
    try check(&values)
  }

  /// What `help=1` prints: every option on a line of its own.
  package var help: [String] {
    let names = options.map { "\($0.name)=\($0.example)" } + ["help=1"]
    let purposes = options.map(\.purpose) + ["list these options"]
    return ["\(command): \(purpose)", "Options, as words of the form option=value:"]
      + Help.columns(zip(names, purposes).map { ($0, $1) })
  }
}

/// How help is asked for, and set.
package enum Help {
  private static let words: Set<String> = ["help=1", "--help", "-h", "help"]

  /// Whether one of the words asks for help, whatever else is given.
  package static func isWanted(_ given: [String]) -> Bool { given.contains { words.contains($0) } }

  /// Two columns, indented.
  package static func columns(_ lines: [(name: String, purpose: String)]) -> [String] {
    let width = (lines.map(\.name.count).max() ?? 0) + 2
    return lines.map { "  " + $0.name.padded(to: width) + $0.purpose }
  }
}
