import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

/// The built executable, as make starts it.
@Suite(.timeLimit(.minutes(4))) struct SubcommandTests {
  private func run(_ words: [String]) async throws -> HarnessRun {
    try await HarnessRun.run(words, of: "Cluster")
  }

  @Test(arguments: ["help=1", "--help", "-h", "help"])
  func `help lists the commands`(word: String) async throws {
    let run = try await run([word])
    #expect(run.code == 0)
    #expect(run.lines == Subcommand.help)
    #expect(run.lines.count == 1 + Subcommand.allCases.count)
  }

  @Test(arguments: Subcommand.allCases)
  func `each command lists its options`(subcommand: Subcommand) async throws {
    for word in ["help=1", "--help", "-h", "help"] {
      let run = try await run([subcommand.rawValue, word])
      #expect(run.code == 0)
      #expect(run.lines.first?.hasPrefix("\(subcommand.rawValue): ") == true)
      #expect(run.lines.count >= 5 && run.lines.allSatisfy { $0.count <= 100 }, "\(run.output)")
    }
  }

  @Test(arguments: [
    ([], "which command? there are k8s-load-test"), (["deploy"], "'deploy' is no command"),
    (["compare", "x=1"], "compare takes no x=; it takes v= rows="),
  ])
  func `what is wrong is refused in one line`(words: [String], message: String) async throws {
    let run = try await run(words)
    #expect(run.code == 64)
    #expect(run.lines.count == 1 && run.output.contains(message), "\(run.output)")
  }
}
