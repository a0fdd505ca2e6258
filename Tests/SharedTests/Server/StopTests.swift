import Testing

@testable import Shared
@testable import TestSupport

/// Stops that come at any moment of a server's life, and more than one of them.
@Suite(.timeLimit(.minutes(1))) struct StopTests {
  /// A server on an address that only this suite uses: where nobody must listen, no other test
  /// does.
  private func server(warmup: Duration = .zero) -> Server {
    var config = Config()
    config.host = "127.0.0.6"
    config.port = 0
    config.warmup = warmup
    return Server(config, options: .changed(), log: .none, routes: [])
  }

  @Test func `a cut ends a drain that has not ended, and both say what it cut`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      #expect(await test.server.cut().cut == 1)
      #expect(await drain.value.cut == 1)
    }
  }

  @Test func `the deadline of a second drain counts, and both say what it cut`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let first = await test.beginDrain()
      #expect(await test.server.drain(within: .milliseconds(50)).cut == 1)
      #expect(await first.value.cut == 1)
    }
  }

  @Test func `a server that is stopped while it starts does not listen afterwards`() async throws {
    for _ in 0..<50 {
      let server = server()
      let starting = Task { try await server.start() }
      await Task.yield()
      _ = await server.drain()
      if case .success(let address) = await starting.result {
        await #expect(throws: WireError.refused) { try await Wire.connect(to: address) }
      }
    }
  }

  @Test func `a server that was stopped is not started any more`() async throws {
    let server = server()
    #expect(await server.drain() == DrainReport())
    await #expect(throws: BindError.spent) { try await server.start() }
    await server.run()
  }

  @Test func `a server is started once`() async throws {
    let server = server()
    let address = try await server.start()
    await #expect(throws: BindError.spent) { try await server.start() }
    _ = await server.drain()
    await #expect(throws: WireError.refused) { try await Wire.connect(to: address) }
  }

  @Test(arguments: [Duration.zero, .seconds(600)])
  func `a server whose task is cancelled runs no longer, and can be drained`(warmup: Duration) async
  {
    let server = server(warmup: warmup)
    let running = Task { await server.run() }
    if warmup == .zero { while await !server.isRunning { await Task.yield() } }
    running.cancel()
    await running.value
    #expect(await server.drain().exitCode == .success)
  }
}
