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

  @Test func `HEAD gets what GET would, without the body, and the connection goes on`() async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n")
      let head = try await wire.read(until: "\r\n\r\n")
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("\r\nContent-Length: 5\r\n"))
      await wire.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try await wire.read(until: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
    }
  }

  @Test
  func
    `an unknown path is 404, another method of a path 405 with Allow; the connection goes on`()
    async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/none"))
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 404 Not Found\r\n"))
      await wire.send("DELETE /hello HTTP/1.1\r\nHost: test\r\n\r\n")
      let answer = try await wire.readResponse()
      #expect(
        answer.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n")
          && answer.contains("\r\nAllow: GET, HEAD, OPTIONS\r\n"))
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
    }
  }

  @Test func `an error that a handler throws is 500, and the client is not told which`()
    async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/throw"))
      let answer = try await wire.readResponse()
      #expect(answer.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
      #expect(answer.hasSuffix(#"{"error":"internal server error"}"#))
      await wire.send(get("/hello"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
    }
  }

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

  @Test func `a stream that fails ends without its end`() async throws {
    let route = Route.get("/half") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          try await writer.write(Array("half".utf8))
          throw WireError.timeout
        })
    }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send(get("/half"))
      let answer = try await wire.readToEnd()
      #expect(answer.hasSuffix("4\r\nhalf\r\n"))
    }
  }

  @Test func `a stream that fails for an HTTP/1.0 client does not look whole`() async throws {
    let route = Route.get("/half") { _, _ in
      Response(
        .ok,
        body: .stream { writer in
          try await writer.write(Array("half".utf8))
          throw WireError.timeout
        })
    }
    try await TestServer.with(routes: [route]) { test in
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

  @Test(arguments: [
    "HEAD /hello HTTP/1.1\r\n\r\n", "HEAD /hello HTTP/9.1\r\n\r\n",
    "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n",
    "HEAD /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n",
  ])
  func `HEAD that is refused gets no body`(request: String) async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(request)
      let answer = try await wire.readToEnd()
      #expect(answer.contains("\r\nContent-Length: ") && answer.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `a response to HEAD can state the length that GET would have`() async throws {
    let route = Route(.head, "/large") { _, _ in Response(.ok, body: .omitted(length: 5_000_000)) }
    try await TestServer.with(routes: [route]) { test in
      let wire = try await test.connect()
      await wire.send("HEAD /large HTTP/1.1\r\nHost: test\r\n\r\n" + get("/hello"))
      #expect(try await wire.read(until: "\r\n\r\n").contains("\r\nContent-Length: 5000000\r\n"))
      #expect(try await wire.readResponse().hasSuffix("hello"))
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

  @Test(arguments: ["", "Expect: 100-continue\r\n"])
  func `a body that is too large is refused without being read`(expectation: String) async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1048577\r\n\(expectation)\r\n")
      let answer = try await wire.readToEnd()
      #expect(
        answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n")
          && answer.contains("Connection: close"))
    }
  }

  @Test(arguments: [
    ("GET /hello HTTP/1.1\r\n\r\n", "400"), ("GET /hello HTTP/1.1\nHost: test\n\n", "400"),
    ("GET /hello HTTP/2.0\r\nHost: test\r\n\r\n", "505"),
    ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: test\r\n\r\n", "414"),
    (
      "GET /hello HTTP/1.1\r\nHost: test\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
      "431"
    ),
    ("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"),
    ("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nExpect: 200-ok\r\n\r\n", "417"),
  ])
  func `what is refused is answered, and its connection closed`(request: String, code: String)
    async throws
  {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(request + get("/hello"))
      let answer = try await wire.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 \(code) ") && answer.contains("Connection: close"))
      #expect(answer.components(between: "HTTP/1.1 ").count == 1)
    }
  }

  @Test func `a refused request does not overtake those before it`() async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/wait") + "nonsense\r\n\r\n")
      await test.gate.arrivals(1)
      test.gate.open()
      let answers = try await wire.readToEnd()
      #expect(answers.hasPrefix("HTTP/1.1 200 OK") && answers.contains("waitedHTTP/1.1 400"))
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

/// A request without a body.
func get(_ path: String, _ fields: String...) -> String {
  "GET \(path) HTTP/1.1\r\nHost: test\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n"
}

extension String {
  /// The parts between the occurrences of `text`, without an empty one at the front. Bytes count:
  /// CRLF is one character.
  func components(between text: String) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    let wanted = Array(text.utf8)
    for byte in utf8 {
      part.append(byte)
      guard byte == wanted.last, part.suffix(wanted.count).elementsEqual(wanted) else { continue }
      parts.append(String(decoding: part.dropLast(wanted.count), as: UTF8.self))
      part = []
    }
    parts.append(String(decoding: part, as: UTF8.self))
    return parts.first == "" ? Array(parts.dropFirst()) : parts
  }
}
