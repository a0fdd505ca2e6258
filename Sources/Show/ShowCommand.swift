import Comparison
import Libc
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
    /// The words of the command that shows the page, the address being its last; nil to print that.
    var browser: [String]?

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
        options: Self.folders + [
          .port(usual: PageServer.port, to: \.port),
          Option(
            "browser", "'chromium --kiosk'", "opens the page with this command, full screen",
            allowed: "a command line", read: CommandWords.split, to: \.browser),
        ])
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
      // A name that is wrong is told before anything is served.
      let command = try options.browser.map(Self.found)
      let server = try await PageServer.recorded(options.folders, port: options.port)
      let browser = try command.map { words throws(CommandError) in
        try Self.open(server.url, with: words)
      }
      Console.line("\(server.url) shows what was recorded, until Ctrl-C; f is full screen")
      _ = await signals.next()
      if let browser { kill(-browser, SIGTERM) }
      await server.stop()
      return 0
    }
  }

  /// The command with the path of its program.
  /// - Throws: `CommandError` (64) when there is no such program.
  private static func found(_ words: [String]) throws(CommandError) -> [String] {
    guard let program = ExecutablePath.find(words[0]) else {
      throw .usage("browser=\(words[0]): there is no such program")
    }
    return [program] + words.dropFirst()
  }

  /// Starts the speaker's browser in a process group of its own, which Ctrl-C does not reach: the
  /// page goes first. What it writes is of no use on stage.
  /// - Returns: the process group.
  private static func open(_ url: String, with words: [String]) throws(CommandError) -> pid_t {
    let silence = Libc.open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(silence) }
    return try Launch(
      arguments: words + [url], environment: Environment.withoutMake,
      output: silence, group: 0
    ).spawn()
  }
}
