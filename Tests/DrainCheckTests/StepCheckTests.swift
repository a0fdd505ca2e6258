import Testing

@testable import DrainCheck
@testable import TestSupport

/// The steps of the talk, checked like any server: step 3 cuts, 4 to 7 drain.
@Suite(.timeLimit(.minutes(6))) struct StepCheckTests {
  @Test(.enabled(if: CheckedService.hasNamespaces, "needs PID namespaces"))
  func `step 1, without a handler, does not end at the signal`() async throws {
    try await doesNotEnd(step: 1)
  }

  @Test func `step 2, without a handler, does not end at the signal`() async throws {
    try await doesNotEnd(step: 2)
  }

  private func doesNotEnd(step: Int) async throws {
    let port = try CheckedService.freePort()
    let result = try await CheckedService.check(
      StepProcess.executable(step),
      [
        "env=LISTEN_HOST=127.0.0.1 LISTEN_PORT=\(port)", "path=/sum", #"body={"numbers":[1]}"#,
        "grace=1s",
      ], port: port, only: ["stops", "in-flight"])
    #expect(result.failed(.must) == ["stops"])
    #expect(result["in-flight"]?.verdict == .notTried)
  }

  @Test func `step 3 cuts what is in flight, half sent, unread and in the backlog`() async throws {
    let result = try await CheckedService.check(step: 3)
    #expect(
      result.failed(.must) == [
        "in-flight", "head-half-sent", "body-half-sent", "expect-continue", "kept-unread",
        "kept-load", "backlog",
      ], "\(result.cases)")
    #expect(result["stops"]?.verdict == .holds && result["new-connection"]?.verdict == .holds)
  }

  /// Without a knob for large and bit by bit responses, which the talk's service does not have.
  @Test(arguments: [4, 5]) func `a step with a drainer passes every must and should`(step: Int)
    async throws
  {
    let result = try await CheckedService.check(step: step)
    #expect(result.failed(.must) + result.failed(.should) == [], "\(result.cases)")
    let untried = result.cases.filter { $0.verdict == .notTried }.map(\.name)
    #expect(untried == ["stream", "slow-reader"] + (result.pid1 ? [] : ["children"]))
  }

  @Test(arguments: [6, 7]) func `a step that logs operations passes what it answers`(step: Int)
    async throws
  {
    let result = try await CheckedService.check(
      step: step, only: ["stops", "in-flight", "kept-next", "kept-unread", "backlog"])
    #expect(result.failed(.must) + result.failed(.should) == [], "\(result.cases)")
  }
}
