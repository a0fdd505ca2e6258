import Testing

@testable import DrainCheck
@testable import TestSupport

/// The two services of the walk in docs/own-service.md, before and after.
@Suite(.timeLimit(.minutes(5))) struct OwnServiceTests {
  private static let cases = ["stops", "in-flight", "kept-next", "kept-unread", "backlog"]

  private func check(_ program: String, _ file: String, grace: String) async throws
    -> CheckResult
  {
    let port = try CheckedService.freePort()
    return try await CheckedService.check(
      "\(program) \(Repository.root)Tests/Servers/\(file)", ["env=PORT=\(port)", "grace=\(grace)"],
      port: port, only: Self.cases)
  }

  @Test(.needs(.node), .enabled(if: CheckedService.hasNamespaces, "needs PID namespaces"))
  func `the service for Node does not end first`() async throws {
    #expect(try await check("node", "orders-first.js", grace: "2s").failed(.must) == ["stops"])
  }

  @Test(.needs(.node)) func `the service for Node loses no request then`() async throws {
    let drained = try await check("node", "orders.js", grace: "30s")
    #expect(drained.failed(.must) + drained.failed(.should) == [], "\(drained.cases)")
  }

  @Test(.needs(.python3)) func `the service for Python loses requests first`() async throws {
    let cut = try await check("python3", "orders-first.py", grace: "10s")
    #expect(cut.failed(.must) == ["in-flight", "kept-unread", "backlog"], "\(cut.cases)")
  }

  @Test(.needs(.python3)) func `the service for Python loses no request then`() async throws {
    let drained = try await check("python3", "orders.py", grace: "30s")
    #expect(drained.failed(.must) + drained.failed(.should) == [], "\(drained.cases)")
  }
}
