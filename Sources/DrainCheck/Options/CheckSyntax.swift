import Comparison
import Shared

extension CheckOptions {
  /// - Parameters:
  ///   - words: without the names of the program and of the command.
  ///   - cases: the names that `only=` takes.
  /// - Throws: `CommandError` (64) with one line that says what is wrong and what is allowed.
  package static func parse(_ words: [String], cases: [String]) throws(CommandError)
    -> CheckOptions
  {
    var options = CheckOptions()
    try syntax(cases: cases).parse(words, into: &options)
    return options
  }

  package static func syntax(cases: [String]) -> CommandSyntax<CheckOptions> {
    CommandSyntax(
      "drain-check", "how an HTTP/1.1 server of any kind stops, case by case",
      options: server + request + [
        Option(
          "only", "\"in-flight backlog\"", "the cases (default all)",
          allowed: "a list of \(cases.joined(separator: " "))",
          read: OptionValue.list { cases.contains($0) ? $0 : nil }, to: \.only)
      ] + output
    ) { options throws(CommandError) in
      guard !options.command.isEmpty, options.port != 0 else {
        throw .usage("drain-check needs run= and port=: drain-check run='node server.js' port=8080")
      }
    }
  }

  private static let server: [Option<CheckOptions>] = [
    Option(
      "run", "'node server.js'", "the server's command; quotes work, no shell runs it",
      allowed: "a command line whose quotes are closed", read: { CommandWords.split($0) },
      to: \.command),
    Option(
      "port", "8080", "where it listens, on this machine", allowed: "a port from 1 to 65535",
      read: { OptionValue.number(1...65_535)($0).map { UInt16($0) } }, to: \.port),
    Option(
      "env", "'A=1 B=2'", "added to its environment; values with spaces in quotes",
      allowed: "words of the form NAME=value",
      read: { text in
        guard let words = CommandWords.split(text),
          words.allSatisfy({ $0.contains("=") && !$0.hasPrefix("=") })
        else { return nil }
        return words
      }, to: \.environment),
    Option(
      "signal", "QUIT", "that asks it to stop (default TERM)",
      allowed: StopSignal.allCases.map(\.rawValue).joined(separator: " "),
      read: { StopSignal(rawValue: $0.hasPrefix("SIG") ? String($0.dropFirst(3)) : $0) },
      to: \.signal),
    Option(
      "grace", "30s", "from the signal to SIGKILL (default 30s)", allowed: durations,
      read: { time($0) }, to: \.grace),
  ]

  private static let request: [Option<CheckOptions>] = [
    path("path", "/report", "of a request that takes a while (default /)", to: \.path),
    Option(
      "body", "'{\"n\":1}'", "of the request, which is a POST then (default a GET)",
      allowed: "a text of two bytes or more", read: { $0.utf8.count > 1 ? $0 : nil }, to: \.body),
    Option(
      "slow", "200ms", "how long the request takes (default measured)", allowed: durations,
      read: { time($0) }, to: \.slow),
    path("ready", "/health", "of the readiness probe", to: \.ready),
    path("stream", "/events", "of a response that comes bit by bit and ends", to: \.stream),
    path("large", "/file", "of a response of 1 MiB or more", to: \.large),
  ]

  private static let output: [Option<CheckOptions>] = [
    Option(
      "json", "check.json", "file for all that was seen (default none)", allowed: "a file",
      read: OptionValue.text, to: \.json),
    Option(
      "junit", "check.xml", "file for the verdicts as JUnit XML (default none)", allowed: "a file",
      read: OptionValue.text, to: \.junit),
  ]

  private static let durations = "a number with s or ms, such as 30s or 200ms, up to 600s"

  /// `30` is seconds, as a manifest has it.
  private static func time(_ text: String) -> Duration? {
    Duration(text) ?? OptionValue.number(1...600)(text).map { .seconds($0) }
  }

  private static func path(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<CheckOptions, String> & Sendable
  ) -> Option<CheckOptions> {
    Option(name, example, purpose, allowed: pathForm, read: { readPath($0) }, to: path)
  }

  private static func path(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<CheckOptions, String?> & Sendable
  ) -> Option<CheckOptions> {
    Option(name, example, purpose, allowed: pathForm, read: { readPath($0) }, to: path)
  }

  private static let pathForm = "a path that begins with / and holds no space"

  private static func readPath(_ text: String) -> String? {
    text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? text : nil
  }
}
