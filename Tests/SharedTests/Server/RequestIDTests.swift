import Testing

@testable import Shared
@testable import TestSupport

/// Each response names its request, so that the client finds it in the log.
@Suite struct RequestIDTests {
  private func requestID(in answer: String) -> String? {
    answer.firstMatch(of: /\r\nX-Request-ID: ([^\r]*)\r\n/).map { String($0.1) }
  }

  @Test(arguments: [
    (get("/hello"), 200), (get("/none"), 404), ("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413),
    (get("/throw"), 500), ("nonsense\r\n\r\n", 400), ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
  ])
  func `each response has an id of its own`(request: String, code: Int) async throws {
    try await TestServer.with { test in
      var ids: Set<String> = []
      for _ in 0..<3 {
        let wire = try await test.connect()
        await wire.send(request)
        let answer = try await wire.readResponse()
        #expect(answer.hasPrefix("HTTP/1.1 \(code) "))
        let id = try #require(requestID(in: answer))
        #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        ids.insert(id)
      }
      #expect(ids.count == 3)
    }
  }

  @Test(arguments: [
    "a", "7d0e7cbb-29a6-4b8a-9d5f-0f4b8c0f6a11", "req/1:2@x+y=~_.",
    String(repeating: "x", count: 128),
  ])
  func `a sane id is kept, also by a refusal`(given: String) async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/none", "X-Request-ID: \(given)"))
      #expect(requestID(in: try await wire.readResponse()) == given)
      await wire.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nx-request-id: \(given)\r\nContent-Length: 9999999\r\n"
          + "\r\n"
      )
      let refusal = try await wire.readToEnd()
      #expect(
        refusal.hasPrefix("HTTP/1.1 413 ") && refusal.lowercased().contains(given.lowercased()))
    }
  }

  @Test func `a refusal after the head carries the id of the request, too`() async throws {
    try await TestServer.with(.changed { $0.requestTimeout = .milliseconds(100) }) { test in
      let late = try await test.connect()
      let head = "POST /echo HTTP/1.1\r\nHost: a\r\nX-Request-ID: late-7\r\n"
      await late.send(head + "Content-Length: 5\r\n\r\nab")
      let timeout = try await late.readToEnd()
      #expect(timeout.hasPrefix("HTTP/1.1 408 ") && requestID(in: timeout) == "late-7")
      let chunks = try await test.connect()
      await chunks.send(head + "Transfer-Encoding: chunked\r\n\r\nnone\r\n")
      let malformed = try await chunks.readToEnd()
      #expect(malformed.hasPrefix("HTTP/1.1 400 ") && requestID(in: malformed) == "late-7")
    }
  }

  @Test func `a refusal within the head carries an id before the fault, however it arrives`()
    async throws
  {
    try await TestServer.with { test in
      let head = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: early-7\r\n"
      for parts in [[head + "none\r\n"], [head, "none\r\n"]] {
        let wire = try await test.connect()
        for part in parts { await wire.send(part) }
        let malformed = try await wire.readToEnd()
        #expect(malformed.hasPrefix("HTTP/1.1 400 ") && requestID(in: malformed) == "early-7")
      }
    }
  }

  @Test(arguments: ["", "a b", "a\"b", "ä", "a=b\\n", String(repeating: "x", count: 129)])
  func `another one is replaced`(given: String) async throws {
    try await TestServer.with { test in
      let wire = try await test.connect()
      await wire.send(get("/hello", "X-Request-ID: \(given)"))
      let id = try #require(requestID(in: try await wire.readResponse()))
      #expect(id.wholeMatch(of: /[0-9a-f]{32}/) != nil)
    }
  }

  @Test func `a handler sees the id that the response carries, and so do lines about its request`()
    async throws
  {
    let lines = Record<String>()
    let seen = Record<String>()
    let route = Route.get("/see") { request, _ in
      seen.append(request.id)
      throw WireError.timeout
    }
    try await TestServer.with(.changed(), routes: [route], log: lines) { test in
      let wire = try await test.connect()
      await wire.send(get("/see"))
      let id = try #require(requestID(in: try await wire.readResponse()))
      #expect(seen.values == [id])
      #expect(lines.values.contains { $0.contains("handler failed") && $0.contains("id=\(id)") })
    }
  }

  @Test func `refusals are counted, and logged at most once a second`() async throws {
    let lines = Record<String>()
    try await TestServer.with(.changed(), log: lines) { test in
      for request in ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/3.0\r\n\r\n"] {
        let wire = try await test.connect()
        await wire.send(request)
        _ = try await wire.readToEnd()
      }
      #expect(await test.server.drain().refused == 3)
    }
    #expect(lines.values.filter { $0.contains("requests refused") }.count == 1)
    #expect(lines.values.contains { $0.contains("msg=stopped") && $0.contains("refused=3") })
  }
}
