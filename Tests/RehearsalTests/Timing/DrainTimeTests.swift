import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct DrainTimeTests {
  private func run(_ words: String...) async throws -> HarnessRun {
    try await HarnessRun.run([Subcommand.drainTime.rawValue] + words)
  }

  @Test func `it prints the milliseconds from the last response to the end`() async throws {
    let run = try await run("\(BuiltHarness.folder)/CalcV4", "200")
    #expect(run.code == 0, "\(run.lines)")
    let milliseconds = try #require(run.lines.first.flatMap(Double.init))
    #expect(milliseconds > 0 && run.lines.count == 1)
  }

  @Test func `a step without a drainer does not answer all, and that is said`() async throws {
    let path = "\(BuiltHarness.folder)/CalcV3"
    let run = try await run(path, "200")
    #expect(run.code == 69)
    #expect(run.lines.count == 1 && run.lines[0].hasPrefix("\(path) answered "))
  }

  @Test func `what ends without listening is said`() async throws {
    let run = try await run("/bin/false")
    #expect(run.code == 69 && run.lines == ["/bin/false: connection 1: refused"])
  }

  @Test func `it takes one executable and a number`() async throws {
    for words in [[], ["/bin/true", "none"], ["/bin/true", "0"], ["/bin/true", "1", "2"]] {
      #expect(try await HarnessRun.run([Subcommand.drainTime.rawValue] + words).code == 64)
    }
  }
}
