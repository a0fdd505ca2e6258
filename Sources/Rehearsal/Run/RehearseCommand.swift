import Comparison
import Libc
import Shared

/// The command `rehearse`: the rows of the talk, or with `deployment=` a service of one's own.
enum RehearseCommand {
  /// Both kinds of options.
  static var help: [String] { Options.syntax.help + [""] + Options.ownSyntax.help }

  /// - Parameter isOwn: whether nothing but a service of one's own is meant: `deploy`.
  /// - Returns: the exit status: 0 only when every verdict holds.
  /// - Throws: `CommandError` when something is wrong with the options or missing, or a result
  ///   could not be written.
  static func run(_ words: [String], isOwn: Bool, until signals: Signals)
    async throws(CommandError) -> Int32
  {
    var options =
      isOwn
      ? try Options.parseOwn(words)
      : try Options.parse(words, executables: OwnExecutable.folder)
    guard var own = options.own else {
      let results = try await Rehearsal(options).run(until: signals)
      return results.allSatisfy { $0.verdict?.holds == true } ? 0 : 1
    }
    if own.deployment == "-" {
      guard isatty(STDIN_FILENO) == 0 else {
        throw .usage("deployment=-: standard input is a terminal; give it a manifest: … | …")
      }
      own.bytes = try Files.standardInput()
    } else {
      own.bytes = try Files.bytes(of: own.deployment)
    }
    // Read only once: a pipe, such as a shell's <(kubectl …), is empty the second time.
    options.own = own
    let deployment = try Subject(own, options, inherited: []).deployment
    for note in deployment.notes { Console.line("note: \(note)") }
    if let trial = own.trial {
      return try await Trial(trial, of: own, options).run(until: signals)
    }
    let results = try await Rehearsal(options).run(until: signals)
    // A service that was not put to the test must not pass.
    return results.allSatisfy { $0.verdict?.word == "holds" } ? 0 : 1
  }
}
