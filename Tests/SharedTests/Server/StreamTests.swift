import Testing

@testable import Shared
@testable import TestSupport

/// Bodies that are sent as they are made.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
  @Test func `a stream goes in chunks as it is written`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/stream"))
      let head = try await wire.read(until: "\r\n\r\n")
      #expect(
        head.contains("\r\nTransfer-Encoding: chunked\r\n") && !head.contains("Content-Length"))
      #expect(try await wire.read(until: "4\r\none \r\n") == "4\r\none \r\n")
      test.gate.open()
      #expect(try await wire.read(until: "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n")
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
    }
  }

  @Test func `a stream for an HTTP/1.0 client ends with the connection`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      test.gate.open()
      await wire.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let answer = try await wire.readToEnd()
      #expect(answer.contains("\r\nConnection: close\r\n") && !answer.contains("chunked"))
      #expect(answer.hasSuffix("\r\n\r\none two"))
    }
  }

  /// Fails in the middle of its body.
  private let failing = Route.get("/half") { _, _ in
    Response(
      .ok,
      body: .stream { writer in
        try await writer.write(Array("half".utf8))
        throw WireError.timeout
      })
  }

  @Test func `a stream that fails ends without its end`() async throws {
    try await TestServer.with(routes: [failing]) { test in
      let wire = try await test.connect()
      await wire.send(get("/half"))
      let answer = try await wire.readToEnd()
      #expect(answer.hasSuffix("4\r\nhalf\r\n"))
    }
  }

  @Test func `a stream that fails for an HTTP/1.0 client does not look whole`() async throws {
    try await TestServer.with(routes: [failing]) { test in
      let wire = try await test.connect()
      await wire.send("GET /half HTTP/1.0\r\n\r\n")
      await #expect(throws: WireError.reset) { try await wire.readToEnd() }
      // Nor does one that a cut ends.
      let other = try await test.connect()
      await other.send("GET /stream HTTP/1.0\r\n\r\n")
      _ = try await other.read(until: "one ")
      _ = await test.server.cut()
      await #expect(throws: WireError.reset) { try await other.readToEnd() }
    }
  }

  @Test func `a stream for an HTTP/1.0 client that is cut before all is sent does not look whole`()
    async throws
  {
    let written = Gate()
    written.open()
    let route = Route.get("/written") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          try await writer.write([UInt8](repeating: 120, count: 16 << 20))
          await written.pass()
        })
    }
    try await TestServer.with(.changed { $0.writeBuffer = 32 << 20 }, routes: [route]) { test in
      let wire = try await test.connect()
      await wire.stopReading()
      await wire.send("GET /written HTTP/1.0\r\n\r\n")
      await written.arrivals(1)
      try await test.settled(wire)
      _ = await test.server.cut()
      await wire.resumeReading()
      await #expect(throws: WireError.reset) { try await wire.readToEnd() }
    }
  }

  @Test func `a head that the client takes slowly is sent before the first part of its stream`()
    async throws
  {
    let held = Gate()
    let route = Route.get("/late") { _, _ in
      var response = Response(
        .ok,
        body: .stream { writer in
          await held.pass()
          try await writer.write(Array("late".utf8))
        })
      response.fields.append("X-Large", String(repeating: "x", count: 8 << 20))
      return response
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/late"))
      _ = try await wire.read(until: "\r\n\r\n")
      held.open()
      #expect(try await wire.read(until: "0\r\n\r\n") == "4\r\nlate\r\n0\r\n\r\n")
    }
  }

  @Test func `a writer that is kept past its stream writes no more`() async throws {
    let kept = Record<any BodyWriter>()
    let route = Route.get("/keep") { _, _ in
      Response(.ok, body: .stream { kept.append($0) })
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/keep"))
      _ = try await wire.read(until: "0\r\n\r\n")
      await wire.send(get("/stream"))
      _ = try await wire.read(until: "one \r\n")
      await #expect(throws: CancellationError.self) { try await kept.values[0].write([120]) }
      test.gate.open()
      #expect(try await wire.read(until: "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n")
    }
  }
}
