import Comparison
import DrainCheck
import Libc
import Shared

/// The command `check`: how a server of any kind stops.
enum CheckCommand {
  static let help =
    CheckOptions.syntax(cases: Case.all.map(\.name)).help + ["Cases:"]
    + Help.columns(Case.all.map { ("\($0.name) (\($0.level.rawValue))", $0.sentence) })

  /// Prints what it sees as it goes, then the failures, then the headline. No process is left
  /// behind, also after a signal.
  /// - Returns: the exit status: 0 only when no must fails, and one was tried if any was asked
  ///   for.
  /// - Throws: `CommandError` when the server does not serve, or a file cannot be written.
  static func run(_ words: [String], until signals: Signals) async throws(CommandError) -> Int32 {
    let options = try CheckOptions.parse(words, cases: Case.all.map(\.name))
    signal(SIGPIPE, SIG_IGN)
    let pid1 = PID1.available()
    let group = try PodGroup(pid1: pid1, mark: CheckedCommand.mark())
    let launcher = try CheckedCommand(options, in: group, pid1)
    // Nil when it is interrupted.
    let done = Promise<Result<CheckResult, CommandError>?>()
    Task {
      await signals.next()
      done.fulfil(nil)
    }
    // It blocks: a thread of its own.
    BackgroundThread.start {
      do throws(CommandError) {
        done.fulfil(.success(try Check(options, launcher).run { Console.line($0) }))
      } catch {
        done.fulfil(.failure(error))
      }
    }
    let found = await done.wait()
    let hasEnded = group.end()
    if !hasEnded { Console.error("not all processes of the server have ended: see ps") }
    guard let found else {
      throw CommandError(
        .interrupted, hasEnded ? "interrupted: nothing is left running" : "interrupted")
    }
    let result = try found.get()
    Console.lines(CheckText.failures(result) + CheckText.headline(result))
    if let json = options.json { try result.write(to: json) }
    if let junit = options.junit { try CheckJUnit(result).write(to: junit) }
    return result.holds ? 0 : 1
  }
}
