import Testing

@testable import Shared
@testable import TestSupport

/// Responses without a body: those to HEAD.
@Suite struct HeadTests {
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
}
