import Comparison
import Picture
import Shared

/// Shows what was recorded, in the rehearsal and on a cluster: as a file, or served on loopback.
enum ShowCommand: String, CaseIterable {
  case picture
  case stage

  /// What was given as `name=value`.
  struct Options: Equatable, Sendable {
    var rehearsal = "results/rehearsal"
    var cluster = "results/cluster"
    var page = "results/picture.html"
    var port = PageServer.port

    var folders: [String] { [rehearsal, cluster] }
  }

  private static let folders: [Option<Options>] = [
    .folder(
      "rehearsal", "results/rehearsal", "of the rehearsal's JSON (default results/rehearsal)",
      to: \.rehearsal),
    .folder(
      "cluster", "results/cluster", "of the cluster's JSON (default results/cluster)",
      to: \.cluster),
  ]

  var syntax: CommandSyntax<Options> {
    switch self {
    case .picture:
      CommandSyntax(
        rawValue, "one HTML file of all results that are there",
        options: Self.folders + [
          Option(
            "page", "results/picture.html", "the file (default results/picture.html)",
            allowed: "a file", read: OptionValue.text, to: \.page)
        ])
    case .stage:
      CommandSyntax(
        rawValue, "the page with all results that are there, served on loopback until Ctrl-C",
        options: Self.folders + [.port(usual: PageServer.port, to: \.port)])
    }
  }

  /// - Parameter words: without the name of the program.
  /// - Returns: the exit status.
  /// - Throws: `CommandError`.
  static func run(_ words: [String], until signals: Signals) async throws(CommandError) -> Int32 {
    let names = allCases.map(\.rawValue).joined(separator: " ")
    guard let command = words.first.flatMap({ ShowCommand(rawValue: $0) }) else {
      throw .usage("which command? there are \(names), each with help=1")
    }
    let rest = Array(words.dropFirst())
    if Help.isWanted(rest) {
      Console.lines(command.syntax.help)
      return 0
    }
    var options = Options()
    try command.syntax.parse(rest, into: &options)
    return try await command.run(options, until: signals)
  }

  private func run(_ options: Options, until signals: Signals) async throws(CommandError) -> Int32 {
    switch self {
    case .picture:
      let shown = try PageFile.write(options.page, from: options.folders)
      for problem in shown.problems { Console.error(problem) }
      guard shown.rows > 0 else {
        throw .noInput(
          "no result in \(options.folders.joined(separator: " and ")): make rehearse makes some")
      }
      Console.line("\(options.page): \(shown.rows.of("row"))")
      return shown.problems.isEmpty ? 0 : ExitCode.data.rawValue
    case .stage:
      let server = try await PageServer.recorded(options.folders, port: options.port)
      Console.line("\(server.url) shows what was recorded, until Ctrl-C; f is full screen")
      _ = await signals.next()
      await server.stop()
      return 0
    }
  }
}
