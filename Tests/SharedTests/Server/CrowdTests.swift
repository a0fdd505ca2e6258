import Testing

@testable import Shared
@testable import TestSupport

/// Clients that take more than there is: memory, and connections.
@Suite(.timeLimit(.minutes(4))) struct CrowdTests {
  /// Room for four whole bodies.
  private let budget = 4 << 20 + 64 << 10

  private func options(_ poller: PollerKind) -> ServerOptions {
    .changed(poller) {
      $0.limits.body = 1 << 20
      $0.bufferBudget = budget
      $0.requestTimeout = .seconds(30)
    }
  }

  private func half(_ body: Int) -> String {
    "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: \(body)\r\n\r\n"
  }

  @Test(arguments: Platform.pollers)
  func `half-sent bodies take no more memory than the budget, and hold up no small request`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(options(poller)) { test in
      let part = [UInt8](repeating: 120, count: 900_000)
      let crowd = try await test.connections(24)
      for wire in crowd {
        await wire.send(half(1 << 20))
        await wire.send(part)
      }
      for wire in try await test.connections(8) {
        await wire.send(get("/hello"))
        #expect(try await wire.readResponse().hasSuffix("hello"))
        await wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nsmall")
        #expect(try await wire.readResponse().hasSuffix("small"))
      }
      // And what each loop reads at once, and a little that each connection holds without asking.
      let beyond = Platform.cores * 64 << 10 + crowd.count * 2 * Limits.free
      let buffered = await test.server.buffered
      #expect(buffered <= budget + beyond, "\(buffered)")
      // Those that came first have made room for a whole request.
      let whole = try await test.connect()
      await whole.send(half(1 << 20) + String(repeating: "y", count: 1 << 20))
      #expect(try await whole.readResponse().hasPrefix("HTTP/1.1 "))
      var refused = 0
      for wire in crowd where await wire.received().hasPrefix("HTTP/1.1 503") { refused += 1 }
      #expect(refused >= 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func `whole requests wait for room, and each is answered`(poller: PollerKind) async throws {
    try await TestServer.with(options(poller)) { test in
      let body = String(repeating: "z", count: 1 << 20)
      let crowd = try await test.connections(12)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for wire in crowd {
          group.addTask {
            await wire.send(half(1 << 20) + body)
            return try await wire.readResponse().hasSuffix(body)
          }
        }
        for try await isWhole in group { #expect(isWhole) }
      }
    }
  }

  @Test func `a chunked body takes the limit's room until it is whole`() async throws {
    try await TestServer.with(options(.epoll)) { test in
      let crowd = try await test.connections(6)
      let head = "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
      for wire in crowd { await wire.send(head + "4\r\nabcd\r\n") }
      while await test.server.buffered < 2 << 20 { await Task.yield() }
      for wire in crowd { await wire.send("4\r\nefgh\r\n0\r\n\r\n") }
      for wire in crowd {
        let answer = try await wire.readResponse()
        #expect(answer.hasSuffix("abcdefgh") || answer.hasPrefix("HTTP/1.1 503"))
      }
      #expect(await test.server.buffered == 0)
    }
  }

  @Test(arguments: Platform.pollers)
  func `responses that clients do not take are given up for others`(poller: PollerKind) async throws
  {
    let route = Route.get("/some") { _, _ in
      Response(.ok, body: [UInt8](repeating: 120, count: 16 << 20))
    }
    let options = options(poller)
    try await TestServer.with(options, routes: [route]) { test in
      let crowd = try await test.connections(3)
      for wire in crowd {
        await wire.stopReading()
        await wire.send(get("/some"))
      }
      let whole = try await test.connect()
      await whole.send(half(1 << 20) + String(repeating: "y", count: 1 << 20))
      #expect(try await whole.readResponse().hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test func `what is pipelined while a request is served asks for room, too`() async throws {
    let route = Route.get("/some") { _, _ in
      Response(.ok, body: [UInt8](repeating: 120, count: 16 << 20))
    }
    try await TestServer.with(options(.epoll), routes: [route]) { test in
      let slow = try await test.connect()
      await slow.stopReading()
      await slow.send(get("/some"))
      while await test.server.buffered < budget { await Task.yield() }
      let before = await test.server.buffered
      let crowd = try await test.connections(8)
      for wire in crowd { await wire.send(get("/wait")) }
      await test.gate.arrivals(8)
      for wire in crowd { await wire.send(String(repeating: get("/hello"), count: 1000)) }
      for _ in 0..<8 { try await test.settled(slow) }
      #expect(await test.server.buffered <= before + 8 * 3 * Limits.free)
      await slow.reset()
      test.gate.open()
      for wire in crowd { #expect(try await wire.readResponse().hasSuffix("waited")) }
    }
  }

  @Test func `fields that arrive slowly count, and those that a handler has`() async throws {
    try await TestServer.with(options(.epoll)) { test in
      let wire = try await test.connect()
      await wire.send("GET /wait HTTP/1.1\r\nHost: test\r\n")
      for number in 0..<20 {
        await wire.send("X-\(number): \(String(repeating: "f", count: 1000))\r\n")
        try await test.settled(wire)
      }
      try #require(await test.server.buffered >= 20_000)
      await wire.send("\r\n")
      await test.gate.arrivals(1)
      #expect(await test.server.buffered >= 20_000)
    }
  }

  @Test func `a body that a handler has counts, though its client is gone`() async throws {
    let (held, finished) = (Gate(), Gate())
    let route = Route.post("/work") { request, _ in
      await held.pass()
      await finished.pass()
      return Response(.ok)
    }
    try await TestServer.with(options(.epoll), routes: [route]) { test in
      let wire = try await test.connect()
      let body = String(repeating: "b", count: 500_000)
      await wire.send("POST /work HTTP/1.1\r\nHost: test\r\nContent-Length: 500000\r\n\r\n\(body)")
      await held.arrivals(1)
      await wire.reset()
      try await test.settled(wire)
      #expect(await test.server.buffered >= 500_000)
      held.open()
      await finished.arrivals(1)
      finished.open()
      while await test.server.buffered > 0 { await Task.yield() }
    }
  }

  @Test(arguments: Platform.pollers)
  func `the last connection within the limit closes no other`(poller: PollerKind) async throws {
    let options = ServerOptions.changed(poller) {
      $0.loops = 1
      $0.maxConnections = 2
      $0.leastIdle = .zero
    }
    try await TestServer.with(options) { test in
      let idle = try await test.connect()
      let last = try await test.connect()
      await last.send(get("/hello"))
      #expect(try await last.readResponse().hasSuffix("hello"))
      await idle.send(get("/hello"))
      #expect(try await idle.readResponse().hasSuffix("hello"))
    }
  }

  @Test(arguments: Platform.pollers)
  func `at the limit the connection that has been idle longest makes room`(poller: PollerKind)
    async throws
  {
    let lines = Record<String>()
    var options = ServerOptions.changed(poller)
    options.maxConnections = 16
    options.leastIdle = .milliseconds(1)
    try await TestServer.with(options, log: lines) { test in
      let silent = try await test.connections(16)
      let busy = silent[0]
      for _ in 0..<4 {
        await busy.send(get("/hello"))
        _ = try await busy.readResponse()
      }
      let probes = try await test.connections(4)
      for probe in probes {
        await probe.send(get("/hello"))
        #expect(try await probe.readResponse().hasSuffix("hello"))
      }
      await busy.send(get("/hello"))
      #expect(try await busy.readResponse().hasSuffix("hello"))
    }
    #expect(lines.values.filter { $0.contains("connection limit reached") }.count == 1)
  }
}
