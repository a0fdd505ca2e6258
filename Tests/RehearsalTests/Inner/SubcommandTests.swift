import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct SubcommandTests {
  @Test(arguments: [
    ([], Subcommand.rehearse, []), (["v=4"], .rehearse, ["v=4"]),
    (["rehearse", "v=4"], .rehearse, ["v=4"]), (["startup-time", "a"], .startupTime, ["a"]),
    (["pod-trampoline", "namespace", "/bin/true"], .trampoline, ["namespace", "/bin/true"]),
    (["pid1-check"], .pid1Check, []),
  ])
  func `the first word names the subcommand, without one it is a rehearsal`(
    words: [String], subcommand: Subcommand, rest: [String]
  ) {
    let (found, left) = Subcommand.parse(["Rehearsal"] + words)
    #expect(found == subcommand && left == rest)
  }

  @Test(arguments: [["help=1"], ["--help"], ["-h"], ["help"], ["rehearse", "v=9", "help"]])
  func `help lists the options of a rehearsal`(words: [String]) async throws {
    let run = try await HarnessRun.run(words)
    #expect(run.code == 0)
    #expect(run.lines == RehearseCommand.help.filter { !$0.isEmpty })
    #expect(run.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func `what times a step has help, too`() async throws {
    let run = try await HarnessRun.run(["startup-time", "--help"])
    #expect(run.code == 0 && run.lines == StartupTime.help)
    #expect(try await HarnessRun.run(["drain-time", "help"]).lines == DrainTime.help)
  }
}
