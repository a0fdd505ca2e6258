import Testing

@testable import Shared

@Suite struct RequestEncoderTests {
  private func encode(_ request: Request, keepAlive: Bool = true) throws -> String {
    let host = try #require(SocketAddress(host: "127.0.0.1", port: 4000))
    return String(
      decoding: RequestEncoder(request, host: host, keepAlive: keepAlive).bytes, as: UTF8.self)
  }

  @Test func `a request has a Host, and a length where it has a body or could have one`() throws {
    #expect(
      try encode(Request(.get, "/health")) == "GET /health HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n\r\n"
    )
    #expect(
      try encode(Request(.post, "/a?b", fields: ["X": "1", "host": "calc"]), keepAlive: false)
        == "POST /a?b HTTP/1.1\r\nX: 1\r\nhost: calc\r\nContent-Length: 0\r\nConnection: close\r\n"
        + "\r\n"
    )
    #expect(
      try encode(Request(.delete, "/", fields: ["Host": "calc"], body: [120])).hasSuffix(
        "Content-Length: 1\r\n\r\nx"))
  }

  @Test(arguments: [
    ("/a\r\nX: y", "/a%0D%0AX:%20y"), ("/a b", "/a%20b"), ("/ä", "/%C3%A4"), ("/\u{0}", "/%00"),
    ("/%20?a=b#c", "/%20?a=b#c"),
  ])
  func `no target can end its request line`(target: String, encoded: String) throws {
    #expect(try encode(Request(.get, target)).hasPrefix("GET \(encoded) HTTP/1.1\r\nHost: "))
  }

  @Test func `a request that came in chunks is sent on with its length, and with that only`() throws
  {
    let request = Request(
      .post, "/sum",
      fields: [
        "Host": "calc", "Transfer-Encoding": "chunked", "Connection": "close",
        "content-length": "9",
      ],
      body: Array("{}".utf8))
    #expect(
      try encode(request) == "POST /sum HTTP/1.1\r\nHost: calc\r\nContent-Length: 2\r\n\r\n{}")
  }
}
