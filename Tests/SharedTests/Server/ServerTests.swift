import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// What a server says on the wire while nothing stops it.
@Suite struct ServerTests {
  @Test(arguments: Platform.pollers)
  func `pipelined requests are answered in their order, however fast each is`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      let body = "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"
      await wire.send(
        get("/wait") + get("/hello") + get("/sleep") + body + get("/stream") + get("/none")
          + get("/hello", "Connection: close"))
      await test.gate.arrivals(1)
      #expect(await wire.received() == "")
      test.gate.open()
      let answers = try await wire.readToEnd()
      let bodies = answers.components(between: "HTTP/1.1 ").map {
        $0.components(between: "\r\n\r\n").dropFirst().joined(separator: "|")
      }
      #expect(
        bodies == [
          "waited", "hello", "slept", "body", "4\r\none \r\n3\r\ntwo\r\n0|",
          #"{"error":"not found"}"#, "hello",
        ])
    }
  }

  @Test(arguments: Platform.pollers) func `a thousand pipelined requests are all answered`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.pipelineBuffer = 1024 }) { test in
      let wire = try await test.connect()
      await wire.send(
        String(repeating: get("/hello"), count: 999) + get("/hello", "Connection: close"))
      #expect(try await wire.readToEnd().components(between: "HTTP/1.1 200 OK").count == 1000)
    }
  }

  @Test func `a route off the loop may block, and holds up no other request`() async throws {
    let go = Flag()
    let route = Route(
      .get, "/block",
      offLoop: { _ in
        while !go.isSet { usleep(1000) }
        return Response(.ok, body: Array("free".utf8))
      })
    try await TestServer.with(.changed { $0.loops = 1 }, routes: [route]) { test in
      let blocked = try await test.connections(5)
      for wire in blocked { await wire.send(get("/block")) }
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
      go.set()
      for wire in blocked { #expect(try await wire.readResponse().hasSuffix("free")) }
    }
  }

  @Test func `each access is reported, refusals included`() async throws {
    let seen = Record<Access>()
    let options = ServerOptions.changed { $0.onAccess = { seen.append($0) } }
    try await TestServer.with(options) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello", "X-Request-ID: mine"))
      _ = try await wire.readResponse()
      await wire.send("nonsense\r\n\r\n")
      _ = try await wire.readToEnd()
    }
    #expect(seen.values.map(\.status.code) == [200, 400])
    #expect(seen.values.map(\.path) == ["/hello", nil] && seen.values[0].id == "mine")
  }

  @Test(arguments: [
    ("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n", true, false),
    ("GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", false, true),
    ("GET /hello HTTP/1.0\r\n\r\n", false, true),
    ("GET /hello HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true, false),
  ])
  func
    `HTTP/1.1 keeps the connection unless told otherwise, HTTP/1.0 closes it unless told otherwise`(
      request: String, keepsAlive: Bool, saysClose: Bool
    ) async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(request)
      let answer = try await wire.readResponse()
      #expect(answer.contains("Connection: close") == saysClose)
      if keepsAlive {
        await wire.send(get("/hello"))
        #expect(try await wire.readResponse().hasSuffix("hello"))
      } else {
        #expect(try await wire.readToEnd() == "")
      }
    }
  }

  @Test func `100 Continue is sent when the body is waited for, and only then`() async throws {
    try await TestServer.with { test in
      let head =
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
      let wire = try await test.connect()
      await wire.send(head)
      #expect(try await wire.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      await wire.send("body")
      #expect(try await wire.readResponse().hasSuffix("body"))
      await wire.send(head + "soon")
      let answer = try await wire.readResponse()
      #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("soon"))
    }
  }

  @Test func `what follows a last request, however much, does not destroy its answer`() async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/wait", "Connection: close"))
      await test.gate.arrivals(1)
      await wire.send([UInt8](repeating: 120, count: 500_000))
      try await test.settled(wire)
      test.gate.open()
      let answer = try await wire.read(until: "waited")
      #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
      await wire.closeWriting()
      #expect(try await wire.readToEnd() == "")
    }
  }

  @Test(arguments: Platform.pollers) func `requests of fresh connections are dealt over all loops`(
    poller: PollerKind
  ) async throws {
    let seen = Record<ObjectIdentifier>()
    let route = Route.get("/loop") { _, loop in
      seen.append(ObjectIdentifier(loop))
      return Response(.ok)
    }
    try await TestServer.with(.changed(poller) { $0.loops = 3 }, routes: [route]) { test in
      for wire in try await test.connections(9) {
        await wire.send(get("/loop"))
        _ = try await wire.readResponse()
      }
    }
    #expect(Set(seen.values).count == 3)
    for loop in Set(seen.values) { #expect(seen.values.filter { $0 == loop }.count == 3) }
  }
}
