import Testing

@testable import Shared
@testable import TestSupport

/// What is refused, and what the client is told.
@Suite struct RefusalTests {
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
}
