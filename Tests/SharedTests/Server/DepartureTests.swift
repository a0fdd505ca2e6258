import Testing

@testable import Shared
@testable import TestSupport

/// Clients that leave: half, with a reset, at every stage of a request.
@Suite struct DepartureTests {
  @Test(arguments: Platform.pollers) func `a client that half-closes before a request is closed`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.closeWriting()
      #expect(try await wire.readToEnd() == "")
    }
  }

  @Test(arguments: Platform.pollers)
  func `a client that half-closes between two requests is closed`(poller: PollerKind) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
      await wire.closeWriting()
      #expect(try await wire.readToEnd() == "")
    }
  }

  @Test(
    arguments: Platform.pollers,
    ["GET /hel", "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf"])
  func `a client that half-closes within a request is told that it is bad`(
    poller: PollerKind, half: String
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(half)
      await wire.closeWriting()
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 400 "))
    }
  }

  @Test(arguments: Platform.pollers)
  func `a client that half-closes after its requests gets all answers, then the end`(
    poller: PollerKind
  )
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait") + get("/stream") + get("/hello"))
      await wire.closeWriting()
      await test.gate.arrivals(1)
      test.gate.open()
      let answers = try await wire.readToEnd()
      #expect(answers.components(between: "HTTP/1.1 200 OK").count == 3)
      #expect(answers.hasSuffix("hello"))
    }
  }

  @Test(arguments: Platform.pollers)
  func `a client that half-closes during a stream gets the rest of it`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/stream"))
      _ = try await wire.read(until: "one \r\n")
      await wire.closeWriting()
      try await test.settled(wire)
      test.gate.open()
      #expect(try await wire.readToEnd() == "3\r\ntwo\r\n0\r\n\r\n")
    }
  }

  @Test(arguments: Platform.pollers)
  func `a client that resets during its request harms no other, and its work is finished`(
    poller: PollerKind
  ) async throws {
    let finished = Gate()
    let held = Gate()
    let route = Route.get("/work") { _, _ in
      await held.pass()
      await finished.pass()
      return Response(.ok)
    }
    finished.open()
    try await TestServer.with(.changed(poller) { $0.maxConnections = 1 }, routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/work"))
      await held.arrivals(1)
      await wire.reset()
      // The place is free at once, the work goes on.
      let next = try await test.connect()
      await next.send(get("/hello"))
      #expect(try await next.readResponse().hasSuffix("hello"))
      held.open()
      await finished.arrivals(1)
    }
  }

  @Test(arguments: Platform.pollers) func `a client that resets during a stream ends its writer`(
    poller: PollerKind
  ) async throws {
    let ended = Gate()
    ended.open()
    let route = Route.get("/flood") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          do {
            while true { try await writer.write([UInt8](repeating: 120, count: 16 << 10)) }
          } catch {
            await ended.pass()
            throw error
          }
        })
    }
    try await TestServer.with(.changed(poller), routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/flood"))
      _ = try await wire.read(until: "xxx")
      await wire.reset()
      await ended.arrivals(1)
    }
  }

  @Test func `two writers of one stream both come to their end when the client is gone`()
    async throws
  {
    let ended = Gate()
    ended.open()
    let route = Route.get("/two") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
              group.addTask {
                while (try? await writer.write([UInt8](repeating: 120, count: 256 << 10))) != nil {}
                await ended.pass()
              }
            }
          }
        })
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.stopReading()
      await wire.send(get("/two"))
      try await test.settled(wire)
      await wire.reset()
      await ended.arrivals(2)
    }
  }
}
