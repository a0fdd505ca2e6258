import Testing

@testable import Shared
@testable import TestSupport

/// A process that is stopped, suspended or throttled for longer than a deadline reads its sockets
/// before it lets the deadline pass.
@Suite(.timeLimit(.minutes(1))) struct StallTests {
  /// One loop, so that the test holds up the one that matters.
  private func options(
    _ poller: PollerKind, _ change: (inout ServerOptions) -> Void = { _ in }
  ) -> ServerOptions {
    .changed(poller) {
      $0.loops = 1
      change(&$0)
    }
  }

  /// Holds up the server's loop, while `body` runs, for longer than the deadlines below.
  private func hold(_ test: TestServer, meanwhile body: @Sendable () async throws -> Void)
    async throws
  {
    let loop = try #require(await test.server.loops.first)
    try await Stall.hold(loop, .milliseconds(1200), meanwhile: body)
  }

  @Test(arguments: Platform.pollers)
  func `a request whose rest arrived during a stall is served, not refused with 408`(
    poller: PollerKind
  ) async throws {
    let options = options(poller) { $0.requestTimeout = .seconds(1) }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n")
      try await test.settled(wire)
      try await hold(test) { await wire.send("\r\n") }
      #expect(try await wire.readResponse().hasSuffix("hello"))
      await wire.close()
    }
  }

  @Test func `a long body that arrived during a stall takes many reads, and is in time`()
    async throws
  {
    let options = options(.epoll) { $0.requestTimeout = .seconds(1) }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      let body = [UInt8](repeating: UInt8(ascii: "x"), count: 600_000)
      await wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.count)\r\n\r\n")
      try await test.settled(wire)
      try await hold(test) { await wire.send(body) }
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 200"))
      await wire.close()
    }
  }

  @Test func `half a request is refused after a stall as before it`() async throws {
    let options = options(.epoll) { $0.requestTimeout = .seconds(1) }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n")
      try await test.settled(wire)
      try await hold(test) { await wire.send("X-Part: still not all\r\n") }
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 408"))
      await wire.close()
    }
  }

  @Test func `a request that arrived during a stall finds its idle connection open`() async throws {
    let options = options(.epoll) { $0.idleTimeout = .seconds(1) }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
      try await hold(test) { await wire.send(get("/hello")) }
      #expect(try await wire.readResponse().hasSuffix("hello"))
      await wire.close()
    }
  }

  @Test func `more sockets than one wait reports are read before their deadlines pass`()
    async throws
  {
    let options = options(.epoll) { $0.requestTimeout = .seconds(1) }
    try await TestServer.with(options) { test in
      let wires = try await test.connections(Poll.capacity * 2)
      for wire in wires { await wire.send("GET /hello HTTP/1.1\r\nHost: test\r\n") }
      try await test.settled(wires[0])
      try await hold(test) { for wire in wires { await wire.send("\r\n") } }
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
    try await TestServer.with(options(.epoll), routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/second"))
      try await test.settled(wire)
      let drain = await test.beginDrain(within: .milliseconds(700))
      try await hold(test) {}
      #expect(try await wire.readToEnd().hasSuffix("a second"))
      await wire.close()
      #expect(await drain.value.cut == 0)
    }
  }
}
