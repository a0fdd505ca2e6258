import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// Stops that come at any moment of a server's life, and more than one of them.
@Suite(.timeLimit(.minutes(4))) struct StopTests {
  /// A server on an address that only this suite uses: where no server may listen, no other test
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

  @Test func `a handler that is abandoned is counted, though its client is gone`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      await wire.reset()
      try await test.settled(wire)
      let report = await test.server.drain(within: .milliseconds(50))
      #expect(report.cut == 0 && report.abandoned == 1 && report.exitCode == .failure)
    }
  }

  @Test func `a handler is cancelled at the deadline, and not before`() async throws {
    let (begun, cancelled) = (Gate(), Record<Bool>())
    begun.open()
    let route = Route.get("/long") { _, loop in
      await begun.pass()
      do { try await loop.sleep(for: .seconds(3600)) } catch { cancelled.append(true) }
      return Response(.ok)
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/long"))
      await begun.arrivals(1)
      let drain = await test.beginDrain(within: .milliseconds(300))
      #expect(cancelled.values == [])
      #expect(await drain.value.abandoned == 1)
      while cancelled.values.isEmpty { await Task.yield() }
    }
  }

  @Test func `a handler that blocks its loop does not hold up the deadline`() async throws {
    let (begun, go) = (Flag(), Flag())
    let route = Route.get("/block") { _, _ in
      begun.set()
      while !go.isSet { usleep(1000) }
      return Response(.ok)
    }
    try await TestServer.with(.changed { $0.loops = 1 }, routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/block"))
      while !begun.isSet { await Task.yield() }
      let began = MonotonicTime.now
      let report = await test.server.drain(within: .milliseconds(100))
      #expect(MonotonicTime.now - began < .seconds(5))
      #expect(report.abandoned == 1 && report.cut == 1 && report.exitCode == .failure)
      go.set()
    }
  }

  @Test func `a stream of events drains with a last event`() async throws {
    let route = Route.get("/events") { _, loop in
      Response(
        .ok,
        body: .stream { events in
          while try await !DrainNotice.current.begins(within: .milliseconds(10), on: loop) {
            try await events.write(Array("tick\n".utf8))
          }
          try await events.write(Array("bye\n".utf8))
        })
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/events"))
      _ = try await wire.read(until: "tick\n", times: 3)
      let report = await test.server.drain(within: .seconds(20))
      #expect(report.exitCode == .success && report.finished == 1)
      #expect(try await wire.readToEnd().hasSuffix("4\r\nbye\n\r\n0\r\n\r\n"))
    }
  }

  @Test func `a handler that does not wait hears of the drain, too`() async throws {
    let route = Route.get("/told") { _, _ in
      Response(.ok, body: Array("\(DrainNotice.current.hasBegun)".utf8))
    }
    let options = ServerOptions.changed { $0.lameDuck = .seconds(5) }
    try await TestServer.with(options, routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/told"))
      #expect(try await wire.readResponse().hasSuffix("false"))
      _ = await test.beginDrain()
      await wire.send(get("/told"))
      #expect(try await wire.readToEnd().hasSuffix("true"))
    }
  }

  @Test func `a server that is released stops, and its threads end`() async throws {
    var server: Server? = server()
    let address = try #require(try await server?.start())
    let wire = try await Wire.connect(to: address)
    server = nil
    #expect(try await wire.readToEnd() == "")
    while (try? await Wire.connect(to: address)) != nil { await Task.yield() }
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

  /// A look-up of a name that hangs until it is let go.
  private final class HangingLookUp: Sendable {
    private let (begun, ended) = (Flag(), Flag())
    private let release = ThreadSemaphore()

    /// A server that looks up its host's name with it.
    func server() -> Server {
      var config = Config()
      config.host = "calc.invalid"
      let options = ServerOptions.changed {
        $0.lookUp = { [begun, ended, release] _, _ in
          begun.set()
          _ = release.wait(within: .seconds(60))
          ended.set()
          return []
        }
      }
      return Server(config, options: options, log: .none, routes: [])
    }

    func hasBegun() async { while !begun.isSet { await Task.yield() } }

    var hangs: Bool { begun.isSet && !ended.isSet }

    func end() { release.signal() }
  }

  @Test func `a signal while the host's name is looked up ends the start`() async throws {
    let lookUp = HangingLookUp()
    let server = lookUp.server()
    let signals = Signals.arm([SIGXCPU])
    let serving = Task { try await server.serve(until: signals) }
    await lookUp.hasBegun()
    kill(getpid(), SIGXCPU)
    try await serving.value
    #expect(await server.drain() == DrainReport())
    #expect(lookUp.hangs)
    lookUp.end()
  }

  @Test func `the end of its task while the host's name is looked up ends the start, too`()
    async throws
  {
    let lookUp = HangingLookUp()
    let server = lookUp.server()
    let serving = Task { try await server.serve(until: nil) }
    await lookUp.hasBegun()
    serving.cancel()
    try await serving.value
    #expect(lookUp.hangs)
    lookUp.end()
  }

  @Test func `a stop does not wait for the look-up of the host's name`() async throws {
    let lookUp = HangingLookUp()
    let server = lookUp.server()
    let starting = Task { try await server.start() }
    await lookUp.hasBegun()
    #expect(await server.drain() == DrainReport())
    #expect(lookUp.hangs)
    lookUp.end()
    await #expect(throws: BindError.self) { try await starting.value }
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
