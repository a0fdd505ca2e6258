import Testing

@testable import Shared
@testable import TestSupport

/// The contract of `Server.drain` on the wire, points 2 and 3: requests that are under way.
@Suite struct DrainingRequestTests {
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
}
