import Testing

@testable import Shared
@testable import TestSupport

/// A process that is stopped, suspended or throttled for longer than a deadline reads its sockets
/// before it lets the deadline pass.
@Suite(.timeLimit(.minutes(4))) struct StallTests {
  /// One loop, so that the test holds up the one that matters.
  private func options(
    _ poller: PollerKind, _ change: (inout ServerOptions) -> Void = { _ in }
  ) -> ServerOptions {
    .changed(poller) {
      $0.loops = 1
      change(&$0)
    }
  }

  /// The deadline of all tests; the stall outlasts it.
  private static let deadline: Duration = Sanitizer.isOn ? .seconds(2.5) : .seconds(1)

  /// The stall began only after the deadline, or was over before all was sent, since the machine is
  /// busy: that says nothing.
  private struct TooBusy: Error {}

  /// Holds up the server's loop, while `body` runs, for longer than the deadline.
  /// - Parameter began: when the deadline began to count, at the earliest.
  private func hold(
    _ test: TestServer, since began: MonotonicTime,
    meanwhile body: @Sendable () async throws -> Void
  ) async throws {
    let loop = try #require(await test.server.loops.first)
    try await Stall.hold(loop, Self.deadline * 1.2) {
      let stalled = MonotonicTime.now
      if stalled - began > Self.deadline * 0.9 { throw TooBusy() }
      try await body()
      if .now - stalled > Self.deadline { throw TooBusy() }
    }
  }

  private func with(
    _ options: ServerOptions, routes: [Route] = [],
    _ body: @Sendable (TestServer) async throws -> Void
  ) async throws {
    for _ in 0..<10 {
      do { return try await TestServer.with(options, routes: routes, body) } catch is TooBusy {
      }
    }
    Issue.record("the machine was too busy for each of ten attempts")
  }

  @Test(arguments: Platform.pollers)
  func `a request whose rest arrived during a stall is served, not refused with 408`(
    poller: PollerKind
  ) async throws {
    let options = options(poller) { $0.requestTimeout = Self.deadline }
    try await with(options) { test in
      let wire = try await test.connect()
      let began = MonotonicTime.now
      await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n")
      try await test.settled(wire)
      try await hold(test, since: began) { await wire.send("\r\n") }
      #expect(try await wire.readResponse().hasSuffix("hello"))
      await wire.close()
    }
  }

  @Test func `a long body that arrived during a stall takes many reads, and is in time`()
    async throws
  {
    let options = options(.epoll) { $0.requestTimeout = Self.deadline }
    try await with(options) { test in
      let wire = try await test.connect()
      let began = MonotonicTime.now
      let body = [UInt8](repeating: UInt8(ascii: "x"), count: 600_000)
      await wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n\r\n")
      try await test.settled(wire)
      try await hold(test, since: began) { await wire.send(body) }
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 200"))
      await wire.close()
    }
  }

  @Test func `half a request is refused after a stall as before it`() async throws {
    let options = options(.epoll) { $0.requestTimeout = Self.deadline }
    try await with(options) { test in
      let wire = try await test.connect()
      let began = MonotonicTime.now
      await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n")
      try await test.settled(wire)
      try await hold(test, since: began) { await wire.send("X-Part: still not all\r\n") }
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 408"))
      await wire.close()
    }
  }

  @Test func `a request that arrived during a stall finds its idle connection open`() async throws {
    let options = options(.epoll) { $0.idleTimeout = Self.deadline }
    try await with(options) { test in
      let wire = try await test.connect()
      let began = MonotonicTime.now
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
      try await hold(test, since: began) { await wire.send(get("/hello")) }
      #expect(try await wire.readResponse().hasSuffix("hello"))
      await wire.close()
    }
  }

  @Test func `more sockets than one wait reports are read before their deadlines pass`()
    async throws
  {
    let options = options(.epoll) { $0.requestTimeout = Self.deadline }
    try await with(options) { test in
      let wires = try await test.connections(PollEvent.perWait * 2)
      let began = MonotonicTime.now
      for wire in wires { await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n") }
      try await test.settled(wires[0])
      try await hold(test, since: began) { for wire in wires { await wire.send("\r\n") } }
      for wire in wires {
        #expect(try await wire.readResponse().hasSuffix("hello"))
        await wire.close()
      }
    }
  }

  @Test
  func `a drain whose deadline passes during a stall cuts no request that only has to be sent`()
    async throws
  {
    let route = Route.get("/second") { _, loop in
      try await loop.sleep(for: .seconds(1))
      return Response(.ok, body: Array("a second".utf8))
    }
    try await with(options(.epoll), routes: [route]) { test in
      let wire = try await test.connect()
      let began = MonotonicTime.now
      await wire.send(get("/second"))
      try await test.settled(wire)
      let drain = await test.beginDrain(within: Self.deadline * 0.9)
      try await hold(test, since: began) {}
      #expect(try await wire.readToEnd().hasSuffix("a second"))
      await wire.close()
      #expect(await drain.value.cut == 0)
    }
  }
}
