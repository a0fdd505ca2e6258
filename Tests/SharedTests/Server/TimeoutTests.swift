import Testing

@testable import Shared
@testable import TestSupport

/// How long a server waits for its clients, and how many it lets wait.
@Suite struct TimeoutTests {
  @Test(
    arguments: Platform.pollers,
    [
      "GET /hello HT", "GET /hello HTTP/1.1\r\n",
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf",
    ])
  func `half a request is answered 408 when its time is over, though it came after others`(
    poller: PollerKind, half: String
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.requestTimeout = .milliseconds(100) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello") + half)
      #expect(try await wire.readResponse().hasSuffix("hello"))
      let answer = try await wire.readToEnd()
      #expect(
        answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n") && answer.contains("Connection: close")
      )
    }
  }

  @Test func `a request's time is not prolonged by a byte now and then`() async throws {
    try await TestServer.with(.changed { $0.requestTimeout = .milliseconds(100) }) { test in
      let wire = try await test.connect()
      await wire.send("GET /")
      let dripping = Task {
        while !Task.isCancelled {
          await wire.send("a")
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 408"))
      dripping.cancel()
    }
  }

  @Test func `a handler takes as long as it takes`() async throws {
    let patience = ServerOptions.changed {
      $0.requestTimeout = .seconds(1)
      $0.writeTimeout = .seconds(1)
    }
    let route = Route.get("/long") { _, loop in
      try await loop.sleep(for: .milliseconds(1200))
      return Response(.ok, body: Array("long".utf8))
    }
    try await TestServer.with(patience, routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/long", "Connection: close"))
      #expect(try await wire.readToEnd().hasSuffix("long"))
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Platform.pollers)
  func `a request that takes longer than the idle time holds up nobody`(poller: PollerKind)
    async throws
  {
    let gate = Gate()
    let route = Route.get("/long") { _, _ in
      await gate.pass()
      return Response(.ok, body: Array("long".utf8))
    }
    let options = ServerOptions.changed(poller) {
      $0.idleTimeout = .seconds(1)
      $0.loops = 1
    }
    try await TestServer.with(options, routes: [route]) { test in
      let long = try await test.connect()
      await long.send(get("/long"))
      await gate.arrivals(1)
      // Its idle time is over after that which the first connection had before its request.
      let silent = try await test.connect()
      #expect(try await silent.readToEnd() == "")
      let other = try await test.connect()
      await other.send(get("/hello"))
      #expect(try await other.readResponse().hasSuffix("hello"))
      gate.open()
      #expect(try await long.readResponse().hasSuffix("long"))
    }
  }

  @Test(arguments: Platform.pollers)
  func `a connection without a request closes when its idle time is over`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.idleTimeout = .seconds(3) }) { test in
      let silent = try await test.connect()
      let used = try await test.connect()
      await used.send(get("/hello"))
      #expect(try await used.readResponse().hasSuffix("hello"))
      #expect(try await silent.readToEnd() == "")
      #expect(try await used.readToEnd() == "")
    }
  }

  @Test(arguments: Platform.pollers)
  func `connections beyond the limit wait, and are served as others close`(poller: PollerKind)
    async throws
  {
    let options = ServerOptions.changed(poller) {
      $0.maxConnections = 2
      // However busy the machine is, none has been idle for long.
      $0.leastIdle = .seconds(600)
    }
    try await TestServer.with(options) { test in
      let open = try await test.connections(2)
      for wire in open {
        await wire.send(get("/hello"))
        _ = try await wire.readResponse()
      }
      let waiting = try await test.connections(2)
      for wire in waiting { await wire.send(get("/hello")) }
      for _ in 0..<20 {
        for wire in open {
          await wire.send(get("/hello"))
          _ = try await wire.readResponse()
        }
      }
      for wire in waiting { #expect(await wire.received() == "") }
      for (leaving, next) in zip(open, waiting) {
        await leaving.close()
        #expect(try await next.readResponse().hasSuffix("hello"))
      }
    }
  }

  @Test func `places are given back, whatever end a connection took`() async throws {
    try await TestServer.with(.changed { $0.maxConnections = 1 }) { test in
      for end in 0..<12 {
        let wire = try await test.connect()
        switch end % 4 {
        case 0: await wire.close()
        case 1: await wire.reset()
        case 2:
          await wire.send(get("/hello", "Connection: close"))
          #expect(try await wire.readToEnd().hasSuffix("hello"))
          await wire.close()
        default:
          await wire.send("GET / HT")
          await wire.reset()
        }
      }
      let last = try await test.connect()
      await last.send(get("/hello"))
      #expect(try await last.readResponse().hasSuffix("hello"))
    }
  }

  @Test(arguments: Platform.pollers) func `a client that never reads loses its connection`(
    poller: PollerKind
  ) async throws {
    let options = ServerOptions.changed(poller) {
      $0.writeTimeout = .milliseconds(100)
      $0.maxConnections = 1
    }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      await wire.stopReading()
      await wire.send(get("/big"))
      // Served only when the first one is closed.
      let next = try await test.connect()
      await next.send(get("/hello"))
      #expect(try await next.readResponse().hasSuffix("hello"))
      await wire.resumeReading()
      let got = try? await wire.readToEnd()
      #expect((got ?? "").utf8.count < 8 << 20)
    }
  }

  @Test(arguments: Platform.pollers)
  func `of an endless stream only a bounded part waits for a client that never reads`(
    poller: PollerKind
  )
    async throws
  {
    let written = Record<Int>()
    let ended = Gate()
    let route = Route.get("/flood") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          do {
            while true {
              try await writer.write([UInt8](repeating: 120, count: 16 << 10))
              written.append(16 << 10)
            }
          } catch {
            await ended.pass()
            throw error
          }
        })
    }
    ended.open()
    try await TestServer.with(
      .changed(poller) { $0.writeTimeout = .milliseconds(200) }, routes: [route]
    ) { test in
      let wire = try await test.connect()
      await wire.stopReading()
      await wire.send(get("/flood"))
      await ended.arrivals(1)
      await wire.resumeReading()
      let received = try await wire.readToEnd().utf8.count
      // What the kernel took reaches the client; the rest was held by the server.
      let held = written.values.reduce(0, +) - received
      #expect(held <= ServerOptions().writeBuffer + 16 << 10)
    }
  }

  @Test(arguments: Platform.pollers) func `a slow client that does read keeps its connection`(
    poller: PollerKind
  ) async throws {
    let timeout = Duration.seconds(3)
    try await TestServer.with(.changed(poller) { $0.writeTimeout = timeout }) { test in
      let wire = try await test.connect()
      await wire.stopReading()
      await wire.send(get("/big", "Connection: close"))
      let began = MonotonicTime.now
      while .now - began < timeout * 1.5 {
        try await Task.sleep(for: .milliseconds(40))
        await wire.take(40_000)
      }
      await wire.resumeReading()
      #expect(try await wire.readToEnd().utf8.count > 8 << 20)
    }
  }
}
