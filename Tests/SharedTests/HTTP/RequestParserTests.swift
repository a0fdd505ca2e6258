import Testing

@testable import Shared

@Suite struct RequestParserTests {
  @Test func `a request comes out with all its parts`() throws {
    let outcome = Feed.whole(
      "GET /sum?a=1&b=?x HTTP/1.1\r\nHost: calc\r\nAccept:\t a , b \t\r\nX-Empty:\r\n\r\n")
    let request = try #require(outcome.requests.first)
    #expect(request.method == "GET")
    #expect(request.target == "/sum?a=1&b=?x")
    #expect(request.path == "/sum")
    #expect(request.query == "a=1&b=?x")
    #expect(request.version == .http11)
    #expect(request.fields == ["Host": "calc", "Accept": "a , b", "X-Empty": ""])
    #expect(request.body.isEmpty)
    #expect(!outcome.hasPartial)
  }

  @Test func `a body of known length is waited for`() {
    let head = "POST /sum HTTP/1.1\r\nHost: calc\r\nContent-Length: 5\r\n\r\n"
    #expect(Feed.whole(head + "1234").requests.isEmpty)
    #expect(Feed.whole(head + "1234").hasPartial)
    #expect(Feed.whole(head + "12345").requests.map(\.body) == ["12345"])
  }

  @Test func `pipelined requests come out one by one in their order`() {
    let text =
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
      + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n"
      + "HEAD /4 HTTP/1.0\r\n\r\nGET /5 HTTP/1.1\r\nHo"
    let outcome = Feed.whole(text)
    #expect(outcome.requests.map(\.path) == ["/1", "/2", "/3", "/4"])
    #expect(outcome.requests.map(\.body) == ["", "abc", "def", ""])
    #expect(outcome.hasPartial)
  }

  @Test func `requests before a malformed one are still answered`() {
    let outcome = Feed.whole("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
    #expect(outcome.statuses == [200, 400])
  }

  @Test func `chunks are put together, extensions dropped and trailers kept apart`() {
    let text =
      "POST /sum HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , CHUNKED ,\r\n\r\n"
      + "5;a;b=c ; d = \"x;\\\"\\\\ y\"\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX-Sum: 7\r\n"
      + "Host: ignored\r\n\r\n"
    let outcome = Feed.whole(text)
    #expect(outcome.requests.map(\.body) == ["hello0123456789"])
    #expect(outcome.requests.map(\.trailers) == [["X-Sum": "7", "Host": "ignored"]])
    #expect(outcome.requests.map(\.fields) == [["Host": "a", "Transfer-Encoding": ", CHUNKED ,"]])
    #expect(!outcome.hasPartial)
  }

  @Test(arguments: ["\r\n", "\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"])
  func `empty lines before a request are skipped`(_ lines: String) {
    #expect(
      Feed.whole(lines + "GET / HTTP/1.0\r\n\r\n" + lines + "GET / HTTP/1.0\r\n\r\n").statuses == [
        200, 200,
      ])
  }

  @Test func `empty lines before a request are not a part of it`() {
    #expect(!Feed.whole("\r\n\r\n\r").hasPartial)
    #expect(!Feed.whole("GET / HTTP/1.0\r\n\r\n\r\n").hasPartial)
    #expect(Feed.whole("GET / HTTP/1.0\r\n\r\n\r\nG").hasPartial)
    #expect(Feed.whole("\r\n\r\nG").hasPartial)
  }

  @Test func `what follows a request that was taken counts as partial at once`() throws {
    var parser = RequestParser()
    let text = Array("GET /1 HTTP/1.0\r\n\r\n\r\nG".utf8)
    text.withUnsafeBytes { parser.append($0) }
    guard case .request = try parser.next() else { return #expect(Bool(false), "no request") }
    #expect(parser.hasPartial)
    #expect(parser.buffered == 3)
  }

  @Test func `fields that have left the buffer count as held`() throws {
    var parser = RequestParser()
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
    let field = "X: \(String(repeating: "x", count: 995))\r\n"
    for part in [head] + [String](repeating: field, count: 20) + ["\r\n"] {
      Array(part.utf8).withUnsafeBytes { parser.append($0) }
      guard case .needsMore = try parser.next() else { return #expect(Bool(false), "whole") }
    }
    #expect(parser.buffered >= 20_000)
    #expect(parser.capacity >= 20_000)
    #expect(parser.need >= 20_000)
    Array("body".utf8).withUnsafeBytes { parser.append($0) }
    guard case .request(let request) = try parser.next() else {
      return #expect(Bool(false), "not whole")
    }
    #expect(request.size >= 20_004)
    #expect(parser.buffered == 0)
  }

  @Test func `a client that waits is told to continue once, before its body`() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
    let waiting = Feed.pieces([Array(head.utf8), Array("o".utf8), Array("k".utf8)])
    #expect(waiting.continues == 1)
    #expect(waiting.requests.map(\.body) == ["ok"])
    #expect(Feed.whole(head + "o").continues == 0)
    #expect(Feed.whole(head + "ok").continues == 0)
    let chunked = head.replacing("Content-Length: 2", with: "Transfer-Encoding: chunked")
    #expect(Feed.whole(chunked).continues == 1)
  }

  @Test
  func `no client is told to continue without a body, in HTTP 1.0, or with one that is refused`() {
    #expect(
      Feed.whole("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n")
        .continues == 0)
    #expect(
      Feed.whole("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").statuses == [200])
    #expect(
      Feed.whole("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").continues
        == 0)
    let large = Feed.whole(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n")
    #expect(large.continues == 0)
    #expect(large.statuses == [413])
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1]:4000\r\n\r\n",
    "GET / HTTP/1.1\r\nhOsT: a.b-c_d:80\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    "WHAT-EVER / HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \t2 \r\n\r\nab",
    "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u{E9}\t!\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://a/b HTTP/1.1\r\nHost: other\r\n\r\n",
    "GET //a//b/../%00 HTTP/1.1\r\nHost: a\r\n\r\n",
  ])
  func `what is valid is served`(_ text: String) {
    #expect(Feed.whole(text).statuses == [200])
    #expect(Feed.byteByByte(Array(text.utf8)).statuses == [200])
  }

  @Test func `after a refusal the same is said again and nothing is kept`() {
    var parser = RequestParser()
    Array("G T\r\n".utf8).withUnsafeBytes { parser.append($0) }
    #expect(throws: RequestError.self) { try parser.next() }
    Array("GET / HTTP/1.0\r\n\r\n".utf8).withUnsafeBytes { parser.append($0) }
    #expect(throws: RequestError.self) { try parser.next() }
    #expect(parser.buffered == 0)
    #expect(!parser.hasPartial)
  }
}
