import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct StartupTimeTests {
  private func run(_ words: String...) async throws -> HarnessRun {
    try await HarnessRun.run([Subcommand.startupTime.rawValue] + words)
  }

  @Test func `it prints the median in milliseconds`() async throws {
    let run = try await run("\(BuiltHarness.folder)/CalcV2")
    #expect(run.code == 0)
    let milliseconds = try #require(run.lines.first.flatMap(Double.init))
    #expect(milliseconds > 0 && run.lines.count == 1)
  }

  @Test func `what ends without an answer is said at once, with its code`() async throws {
    let run = try await run("/bin/false")
    #expect(run.code == 69)
    #expect(run.lines == ["/bin/false gave no answer, it ended with 1"])
  }

  @Test func `what is not there is said`() async throws {
    let run = try await run("/nowhere/CalcV9")
    #expect(run.code == 66)
    #expect(run.lines == ["/nowhere/CalcV9: no such executable"])
  }

  @Test func `another program's address is told`() async throws {
    var addresses = LoopbackAddresses(subject: 1, mode: .portEach, origin: Int(getpid()))
    let address = try addresses.take()
    let run = try await run(
      "at=\(address)", "/usr/bin/env", "LISTEN_HOST=127.0.0.1", "LISTEN_PORT=\(address.port)",
      "\(BuiltHarness.folder)/CalcV2")
    #expect(run.code == 0 && run.lines.first.flatMap(Double.init) != nil)
  }

  @Test(arguments: [
    [], ["at=127.0.0.1", "/bin/true"], ["at=127.0.0.1:80"], ["at=a:1", "/bin/true"],
  ])
  func `it takes an executable, and an address before it`(words: [String]) async throws {
    let run = try await HarnessRun.run([Subcommand.startupTime.rawValue] + words)
    #expect(run.code == 64 && run.lines.count == 1)
  }
}
