import Testing

@testable import Shared
@testable import TestSupport

/// The contract of `Server.drain`, point by point, on the wire.
@Suite struct DrainTests {
  @Test(arguments: Platform.pollers)
  func `1: a connection that stands in the backlog is served, whatever the limit`(
    poller: PollerKind
  )
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.maxConnections = 1 }) { test in
      let first = try await test.connect()
      await first.send(get("/wait"))
      await test.gate.arrivals(1)
      let waiting = try await test.connections(3)
      for wire in waiting { await wire.send(get("/hello")) }
      let drain = await test.beginDrain()
      for wire in waiting {
        let answer = try await wire.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Connection: close"))
        #expect(answer.hasSuffix("hello"))
      }
      test.gate.open()
      #expect(try await first.readToEnd().hasSuffix("waited"))
      let report = await drain.value
      #expect(report.connections == 4)
      #expect(report.finished == 4)
      #expect(report.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers) func `1: after the drain began no socket listens`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller), host: "127.0.0.5") { test in
      _ = await test.server.drain()
      await #expect(throws: WireError.refused) { try await test.connect() }
    }
  }

  @Test(arguments: Platform.pollers)
  func `2: the response that was under way says close, and its connection closes after it`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      test.gate.open()
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close\r\n"))
      #expect(answer.hasSuffix("waited"))
      #expect(await drain.value.finished == 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func `2: pipelined requests that were read are answered in order, and only the last says close`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(
        get("/wait") + get("/hello")
          + "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nlast")
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      test.gate.open()
      let answers = try await wire.readToEnd()
      let bodies = answers.split(separator: "HTTP/1.1 200 OK")
      #expect(
        bodies.map { $0.hasSuffix("waited") || $0.hasSuffix("hello") || $0.hasSuffix("last") } == [
          true, true, true,
        ])
      #expect(bodies.map { $0.contains("Connection: close") } == [false, false, true])
      #expect(await drain.value.finished == 3)
    }
  }

  @Test(arguments: Platform.pollers)
  func `2: a client that always has another request on its way is told to close, too`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait") + get("/sleep"))
      await test.gate.arrivals(1)
      let drain = await test.beginDrain(within: .seconds(5))
      test.gate.open()
      var answer = ""
      while !answer.contains("Connection: close") {
        await wire.send(get("/sleep"))
        answer = try await wire.readResponse()
      }
      #expect(try await wire.readToEnd() == "")
      await wire.close()
      #expect(await drain.value.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers)
  func
    `2: after a response whose head was sent, the next one says close`(
      poller: PollerKind
    )
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(5) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/stream"))
      let head = try await wire.read(until: "one ")
      #expect(!head.contains("Connection: close"))
      let drain = await test.beginDrain()
      test.gate.open()
      _ = try await wire.read(until: "0\r\n\r\n")
      await wire.send(get("/hello"))
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close") && answer.hasSuffix("hello"))
      #expect(await drain.value.finished == 2)
    }
  }

  @Test(arguments: Platform.pollers)
  func `3: a request of which one byte was read is served when the rest comes`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let idle = try await test.connect()
      let wire = try await test.connect()
      await wire.send("G")
      try await test.settled(wire)
      let drain = await test.beginDrain()
      // The lame-duck time is over: only the request keeps the connection.
      #expect(try await idle.readToEnd() == "")
      await wire.send(String(get("/hello").dropFirst()))
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close") && answer.hasSuffix("hello"))
      #expect(await drain.value.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers) func `3: a client that half-closed gets its response`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await wire.closeWriting()
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      test.gate.open()
      #expect(try await wire.readToEnd().hasSuffix("waited"))
      #expect(await drain.value.finished == 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func `3: a half-received request keeps its time-out and is answered 408, not cut`(
    poller: PollerKind
  )
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.requestTimeout = .milliseconds(300) }) { test in
      let wire = try await test.connect()
      await wire.send("GET /hello HTTP/1.1\r\nHost:")
      try await test.settled(wire)
      let drain = await test.beginDrain()
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 408"))
      #expect(await drain.value.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers) func `3: 100 Continue is still sent while draining`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(5) }) { test in
      let wire = try await test.connect()
      let drain = await test.beginDrain()
      await wire.send(
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await wire.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      await wire.send("body")
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close") && answer.hasSuffix("body"))
      #expect(await drain.value.finished == 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func `4: an idle connection stays open for its next request, which is told to close`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(5) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      #expect(!(try await wire.readResponse()).contains("Connection: close"))
      let drain = await test.beginDrain()
      await wire.send(get("/hello"))
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close") && answer.hasSuffix("hello"))
      #expect(await drain.value.finished == 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func
    `4: an idle connection, and one that never sent a byte, close when the lame-duck time is over`(
      poller: PollerKind
    ) async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let idle = try await test.connect()
      await idle.send(get("/hello"))
      _ = try await idle.readResponse()
      let silent = try await test.connect()
      let drain = await test.beginDrain()
      #expect(try await idle.readToEnd() == "")
      #expect(try await silent.readToEnd() == "")
      await idle.close()
      await silent.close()
      let report = await drain.value
      #expect(report.connections == 2)
      #expect(report.cut == 0)
      #expect(report.took >= .milliseconds(200))
    }
  }

  @Test(arguments: Platform.pollers)
  func `4: what is left of a pipeline at the end of the lame-duck time is late`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.loops = 1 }) { test in
      let idle = try await test.connect()
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      // The lame-duck time is over.
      #expect(try await idle.readToEnd() == "")
      await idle.close()
      await wire.send(get("/hello") + get("/hello") + "GET /hel")
      test.gate.open()
      #expect(try await wire.readToEnd().components(between: "HTTP/1.1 ").count == 1)
      await wire.close()
      let report = await drain.value
      #expect(report.late == 3 && report.finished == 1 && report.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers)
  func `4: what comes after the lame-duck time is counted as late`(poller: PollerKind) async throws
  {
    // Lingering ends with the client, however slow this test is to send.
    try await TestServer.with(.changed(poller) { $0.lingering = .seconds(60) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      _ = try await wire.readResponse()
      let drain = await test.beginDrain()
      #expect(try await wire.readToEnd() == "")
      await wire.send(get("/hello"))
      await wire.closeWriting()
      let report = await drain.value
      #expect(report.late == 1)
      #expect(report.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers)
  func `5: unread input does not turn the last response into a reset`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.limits.body = 1000 }) { test in
      let wire = try await test.connect()
      await wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 500000\r\n\r\n")
      await wire.send([UInt8](repeating: 120, count: 500_000))
      await wire.closeWriting()
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 413"))
    }
  }

  @Test(arguments: Platform.pollers) func `6: the report counts what the deadline cut`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let report = await test.server.drain(within: .milliseconds(50))
      #expect(report.cut == 1)
      #expect(report.exitCode == .failure)
    }
  }

  @Test(arguments: Platform.pollers) func `6: a drain with nothing to do is over at once`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(60) }) { test in
      let report = await test.server.drain()
      #expect(
        report
          == {
            var clean = DrainReport()
            clean.took = report.took
            return clean
          }())
      #expect(report.exitCode == .success)
      #expect(report.took < .seconds(30))
    }
  }

  @Test(arguments: Platform.pollers)
  func `6: the work of a client that is gone is finished before the drain ends`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let idle = try await test.connect()
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      await wire.reset()
      let drain = await test.beginDrain()
      let ended = Flag()
      let watcher = Task {
        _ = await drain.value
        ended.set()
      }
      // All connections are closed, and only the work is left.
      #expect(try await idle.readToEnd() == "")
      #expect(!ended.isSet)
      test.gate.open()
      await watcher.value
    }
  }

  @Test func `a drain before the start is clean`() async {
    let server = Server(Config(), log: .none, routes: [])
    #expect(await server.drain() == DrainReport())
  }
}
