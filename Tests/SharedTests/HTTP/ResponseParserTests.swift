import Testing

@testable import Shared

@Suite struct ResponseParserTests {
  struct Seen: Equatable {
    var code: Int?
    var body = ""
    var keepsAlive = false
    var malformed = false
    var truncated = false
  }

  /// Feeds pieces, then the connection's end.
  private func parse(_ pieces: [[UInt8]], isHead: Bool = false, limits: Limits = Limits()) -> Seen {
    var parser = ResponseParser(isHead: isHead, limits: limits)
    do {
      for piece in pieces {
        piece.withUnsafeBytes { parser.append($0) }
        if case .response(let response, let keepsAlive) = try parser.next() {
          return Seen(
            code: response.status.code, body: String(decoding: response.bytes, as: UTF8.self),
            keepsAlive: keepsAlive)
        }
      }
    } catch {
      return Seen(malformed: true)
    }
    switch parser.finish() {
    case .response(let response):
      return Seen(code: response.status.code, body: String(decoding: response.bytes, as: UTF8.self))
    case .truncated: return Seen(truncated: true)
    }
  }

  private func parse(_ text: String, isHead: Bool = false) -> Seen {
    let bytes = Array(text.utf8)
    let whole = parse([bytes], isHead: isHead)
    #expect(parse(bytes.map { [$0] }, isHead: isHead) == whole)
    for index in 0...bytes.count {
      #expect(parse([Array(bytes[..<index]), Array(bytes[index...])], isHead: isHead) == whole)
    }
    return whole
  }

  @Test(arguments: [
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      Seen(code: 200, body: "ok", keepsAlive: true)
    ),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", Seen(code: 200, keepsAlive: true)),
    (
      "HTTP/1.1 599 Odd \u{E9}\r\nContent-Length: 1\r\nConnection: x, Close\r\n\r\nx",
      Seen(code: 599, body: "x")
    ),
    ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", Seen(code: 200, body: "x")),
    (
      "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx",
      Seen(code: 200, body: "x", keepsAlive: true)
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\r\nok\r\n0\r\nT: 1\r\n\r\n",
      Seen(code: 200, body: "ok", keepsAlive: true)
    ),
    ("HTTP/1.1 200 OK\r\n\r\nto the end", Seen(code: 200, body: "to the end")),
    ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", Seen(code: 204, keepsAlive: true)),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", Seen(code: 304, keepsAlive: true)),
    (
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + "HTTP/1.1 204 No Content\r\n\r\n",
      Seen(code: 204, keepsAlive: true)
    ),
  ])
  func `a response comes out whole, however it is split`(_ text: String, _ seen: Seen) {
    #expect(parse(text) == seen)
  }

  @Test func `interim responses come to an end`() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n"
    let final = "HTTP/1.1 204 No Content\r\n\r\n"
    let some = String(repeating: interim, count: Limits.interims)
    #expect(parse(some + final) == Seen(code: 204, keepsAlive: true))
    #expect(parse(some + interim + final) == Seen(malformed: true))
  }

  @Test func `a response to HEAD has no body, whatever it says`() {
    #expect(
      parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", isHead: true)
        == Seen(code: 200, keepsAlive: true))
    #expect(
      parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", isHead: true)
        == Seen(code: 200, keepsAlive: true))
  }

  @Test func `what was not asked for makes a connection useless`() {
    #expect(
      parse([Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1".utf8)])
        == Seen(code: 200, body: "ok"))
  }

  @Test(arguments: [
    "", "HTTP", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n",
  ])
  func `an end before the response's end is a truncation`(_ text: String) {
    #expect(parse(text) == Seen(truncated: true))
  }

  @Test(arguments: [
    "HTTP/2.0 200 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1  200 OK\r\n",
    "HTTP/1.1 2000 OK\r\n",
    "HTTP/1.1 200 O\u{0}K\r\n", "hello\r\n",
    "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\nX : 1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
  ])
  func `what is not HTTP is malformed`(_ text: String) {
    #expect(parse(text) == Seen(malformed: true))
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK and so on and so on and so on and so on and so on and so on\r\n",
    "HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\n\r\n",
  ])
  func `a response that passes a limit is malformed`(_ text: String) {
    var limits = Limits()
    limits.body = 4
    limits.requestLine = 40
    limits.headerFields = 1
    #expect(parse([Array(text.utf8)], limits: limits) == Seen(malformed: true))
  }

  @Test func `it is known whether a response has begun`() {
    var parser = ResponseParser(isHead: false)
    #expect(!parser.hasBegun)
    Array("H".utf8).withUnsafeBytes { parser.append($0) }
    #expect(parser.hasBegun)
  }
}
