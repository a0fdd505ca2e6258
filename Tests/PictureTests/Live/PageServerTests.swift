import Shared
import Testing

@testable import Comparison
@testable import Picture
@testable import TestSupport

/// The page over loopback, asked in bytes.
@Suite struct PageServerTests {
  private func serving(
    _ feed: LiveFeed, _ body: (SocketAddress, _ host: String) async throws -> Void
  ) async throws {
    let server = try await PageServer(feed, port: 0)
    let port = try #require(server.url.split(separator: ":").last?.dropLast())
    let address = try #require(SocketAddress(host: "127.0.0.1", port: UInt16(port) ?? 0))
    do {
      try await body(address, "localhost:\(port)")
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func head(_ address: SocketAddress, _ path: String, _ fields: String...) async throws
    -> String
  {
    let wire = try await Wire.connect(to: address)
    await wire.send(
      "GET \(path) HTTP/1.1\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n")
    let head = try await wire.read(until: "\r\n\r\n")
    await wire.close()
    return head
  }

  @Test func `the page comes with a policy that lets in nothing but itself`() async throws {
    try await serving(LiveFeed(rows: ["4"])) { address, host in
      let head = try await head(address, "/", "Host: \(host)")
      #expect(head.hasPrefix("HTTP/1.1 200"))
      #expect(head.contains("default-src 'none'; script-src 'nonce-"))
      #expect(head.contains("connect-src 'self'"))
      #expect(head.contains("frame-ancestors 'none'"))
      #expect(head.contains("X-Content-Type-Options: nosniff"))
    }
  }

  @Test func `each page has a nonce of its own`() async throws {
    try await serving(LiveFeed(rows: ["4"])) { address, host in
      var nonces: Set<Substring> = []
      for _ in 0..<2 {
        let head = try await head(address, "/", "Host: \(host)")
        nonces.insert(try #require(head.firstMatch(of: /'nonce-(\w+)'/)).1)
      }
      #expect(nonces.count == 2)
    }
  }

  @Test(arguments: ["/", "/events"])
  func `a name that leads here from elsewhere is refused, and another site's page`(path: String)
    async throws
  {
    try await serving(LiveFeed(rows: ["4"])) { address, host in
      for fields in [
        ["Host: evil.example"], ["Host: localhost.evil.example"],
        ["Host: \(host)", "Origin: http://evil.example"], ["Host: \(host)", "Origin: null"],
      ] {
        let wire = try await Wire.connect(to: address)
        await wire.send(
          "GET \(path) HTTP/1.1\r\n" + fields.map { "\($0)\r\n" }.joined() + "\r\n")
        #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 403"), "\(fields)")
        await wire.close()
      }
      let own = try await head(address, path, "Host: \(host)", "Origin: http://\(host)")
      #expect(own.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test func `another path is not found, and nothing can be posted`() async throws {
    try await serving(LiveFeed(rows: ["4"])) { address, host in
      #expect(
        try await head(address, "/../etc/passwd", "Host: \(host)").hasPrefix("HTTP/1.1 404"))
      let wire = try await Wire.connect(to: address)
      await wire.send("POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 0\r\n\r\n")
      #expect(try await wire.readResponse().hasPrefix("HTTP/1.1 405"))
      await wire.close()
    }
  }

  @Test func `events come one after the other, until the results`() async throws {
    let feed = LiveFeed(rows: ["4"])
    try await serving(feed) { address, host in
      let wire = try await Wire.connect(to: address)
      await wire.send("GET /events HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(try await wire.read(until: "\r\n\r\n").contains("text/event-stream"))
      _ = try await wire.read(until: #""kind":"snapshot""#)
      feed.put(SampleRow.progress(SampleRow.result(failures: 0)))
      _ = try await wire.read(until: "calc-1-0")
      feed.put(SampleRow.progress(SampleRow.result(failures: 2)))
      _ = try await wire.read(until: #""kind":"delta""#)
      feed.finish([SampleRow.result()], folder: "r")
      _ = try await wire.read(until: #""file":"r/4.json""#)
      await wire.close()
    }
  }

  @Test func `a viewer that stops reading delays neither rows nor other viewers`() async throws {
    let feed = LiveFeed(rows: ["4"])
    try await serving(feed) { address, host in
      let wires = [try await Wire.connect(to: address), try await Wire.connect(to: address)]
      for wire in wires { await wire.send("GET /events HTTP/1.1\r\nHost: \(host)\r\n\r\n") }
      for wire in wires { _ = try await wire.read(until: #""kind":"snapshot""#) }
      await wires[0].stopReading()
      // Much more than a connection's buffers hold.
      for round in 1...40 {
        feed.put(SampleRow.progress(SampleRow.result(failures: 2000 * round), now: Double(round)))
        feed.tick()
        _ = try await wires[1].read(until: "4-0-\(2000 * round - 1)\"")
      }
      // What was kept for it is no more than a bound, so it gets everything once more.
      await wires[0].resumeReading()
      _ = try await wires[0].read(until: #""kind":"snapshot""#)
      _ = try await wires[0].read(until: "4-0-79999\"")
      for wire in wires { await wire.reset() }
    }
  }
}
