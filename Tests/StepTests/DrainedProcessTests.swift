import Libc
import Testing

@testable import Shared
@testable import TestSupport

private let numbers = #"{"numbers":[1,2,3,4]}"#
private let sumHead =
  "POST /sum HTTP/1.1\r\nHost: test\r\nContent-Length: \(numbers.utf8.count)\r\n"
private let sum = "\(sumHead)\r\n\(numbers)"
private let health = "GET /health HTTP/1.1\r\nHost: test\r\n\r\n"

/// What only a process shows of the contract of `Server.drain`: signals, the kernel's backlog, and
/// the moment of its exit. The clauses themselves are tested with a server in the tests' process,
/// and `DrainCheckTests` put the built steps through the check of any server, with its backlog and
/// load.
@Suite(.timeLimit(.minutes(4))) struct DrainedProcessTests {
  /// Calls `body` with a process that listens; it must end with 0 within the time that a test has.
  private func with(_ body: @Sendable (StepProcess, SocketAddress) async throws -> Void)
    async throws
  {
    let process = try await StepProcess(4)
    let address = try #require(await process.address(), "it does not listen: \(process.lines)")
    do {
      try await body(process, address)
    } catch {
      await process.end()
      throw error
    }
    #expect(await process.exitCode() == 0)
    await process.end()
  }

  private func drain(_ process: StepProcess) async throws {
    process.send(SIGTERM)
    _ = try #require(await process.line(containing: "msg=draining"))
  }

  /// A connection that has had an answer.
  private func idle(_ address: SocketAddress) async throws -> Wire {
    let wire = try await Wire.connect(to: address)
    await wire.send(health)
    #expect(try await !wire.readResponse().contains("Connection: close"))
    return wire
  }

  private func expectLastSum(_ wire: Wire) async throws {
    let answer = try await wire.readToEnd()
    #expect(
      answer.hasPrefix("HTTP/1.1 200 OK") && answer.contains("Connection: close")
        && answer.hasSuffix(#"{"result":10}"#))
    await wire.close()
  }

  @Test func `a connection that never sent a byte may send its first`() async throws {
    try await with { (process, address) async throws in
      let wire = try await Wire.connect(to: address)
      for _ in 0..<4 { await (try await idle(address)).close() }
      try await drain(process)
      await wire.send(sum)
      try await expectLastSum(wire)
    }
  }

  @Test func `a signal right after the start ends the process`() async throws {
    for _ in 0..<5 {
      try await with { process, _ in process.send(SIGTERM) }
    }
  }

  /// The best of five: a machine may be busy, but a process that looks now and then is never this
  /// fast.
  @Test func `the process ends when its last connection does, not a tick later`() async throws {
    var best = Duration.seconds(60)
    for _ in 0..<5 {
      let moments = Moments()
      try await with { (process, address) async throws in
        let wire = try await idle(address)
        try await drain(process)
        moments.add()
        await wire.close()
        _ = await process.exitCode()
        moments.add()
      }
      best = min(best, moments.span)
    }
    #expect(best < .milliseconds(100))
  }
}

private final class Moments: Sendable {
  private let all = Lock<[MonotonicTime]>([])

  func add() { all.withLock { $0.append(.now) } }

  /// From the first to the last.
  var span: Duration {
    all.withLock { all in
      guard let first = all.first, let last = all.last else { return .zero }
      return last - first
    }
  }
}
