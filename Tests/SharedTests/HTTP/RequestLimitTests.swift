import Testing

@testable import Shared

/// Each limit: reached it is fine, passed it is refused, and at once, not when the line's end has
/// come.
@Suite struct RequestLimitTests {
  private let host = "Host: a\r\n"
  private let chunkedHead = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

  private func text(_ count: Int) -> String { String(repeating: "x", count: count) }

  /// How many bytes of an endless text are taken before it is refused.
  private func taken(_ start: String, _ endless: UInt8, upTo bound: Int = 3 << 20) -> (
    bytes: Int, status: Int
  )? {
    var parser = RequestParser()
    Array(start.utf8).withUnsafeBytes { parser.append($0) }
    for count in 0..<bound {
      do {
        while case .request = try parser.next() {}
      } catch {
        return (count, error.status.code)
      }
      withUnsafeBytes(of: endless) { parser.append($0) }
    }
    return nil
  }

  @Test func `a request line may have 8 KiB`() {
    let around = "GET / HTTP/1.1".utf8.count
    #expect(Feed.whole("GET /\(text(8192 - around)) HTTP/1.1\r\n\(host)\r\n").statuses == [200])
    #expect(Feed.whole("GET /\(text(8193 - around)) HTTP/1.1\r\n\(host)\r\n").statuses == [414])
    #expect(taken("GET /", UInt8(ascii: "x"))?.bytes == 8193 - 5)
    #expect(taken("GET /", UInt8(ascii: "x"))?.status == 414)
  }

  @Test func `a header section may have 32 KiB`() {
    let size = 32 * 1024 - host.utf8.count - "X: \r\n".utf8.count
    #expect(Feed.whole("GET / HTTP/1.1\r\n\(host)X: \(text(size))\r\n\r\n").statuses == [200])
    #expect(Feed.whole("GET / HTTP/1.1\r\n\(host)X: \(text(size + 1))\r\n\r\n").statuses == [431])
    #expect(
      taken("GET / HTTP/1.1\r\n\(host)", UInt8(ascii: "x"))?.bytes == 32 * 1024 - host.utf8.count
        - 1)
    #expect(taken("GET / HTTP/1.1\r\n\(host)", UInt8(ascii: "x"))?.status == 431)
  }

  @Test func `a header section may have 100 fields`() {
    #expect(
      Feed.whole("GET / HTTP/1.1\r\n\(host)\(String(repeating: "X: 1\r\n", count: 99))\r\n")
        .statuses == [200])
    #expect(
      Feed.whole("GET / HTTP/1.1\r\n\(host)\(String(repeating: "X: 1\r\n", count: 100))\r\n")
        .statuses == [431])
  }

  @Test func `trailers count with the header fields`() {
    #expect(
      Feed.whole(chunkedHead + "0\r\n\(String(repeating: "X: 1\r\n", count: 98))\r\n").statuses == [
        200
      ])
    #expect(
      Feed.whole(chunkedHead + "0\r\n\(String(repeating: "X: 1\r\n", count: 99))\r\n").statuses == [
        431
      ])
    #expect(taken(chunkedHead + "0\r\n", UInt8(ascii: "x"), upTo: 40_000)?.status == 431)
  }

  @Test func `a body may have 1 MiB`() {
    let head = "POST / HTTP/1.1\r\n\(host)Content-Length: "
    let full = Feed.whole("\(head)1048576\r\n\r\n\(text(1_048_576))")
    #expect(full.requests.map(\.body.utf8.count) == [1_048_576])
    #expect(Feed.whole("\(head)1048577\r\n\r\n").statuses == [413])
  }

  @Test func `a chunked body may have 1 MiB, and a chunk that passes it is refused by its size`() {
    let half = "80000\r\n\(text(0x80000))\r\n"
    #expect(Feed.whole(chunkedHead + half + half + "0\r\n\r\n").statuses == [200])
    #expect(Feed.whole(chunkedHead + half + half + "1\r\n").statuses == [413])
    #expect(Feed.whole(chunkedHead + "100001\r\n").statuses == [413])
    #expect(Feed.whole(chunkedHead + "FFFFFFFFFFFFFFFF\r\n").statuses == [413])
  }

  @Test func `chunk extensions are bounded, in a line and together`() {
    #expect(Feed.whole(chunkedHead + "1;\(text(1022))\r\na\r\n0\r\n\r\n").statuses == [200])
    #expect(Feed.whole(chunkedHead + "1;\(text(1023))\r\na\r\n0\r\n\r\n").statuses == [400])
    #expect(taken(chunkedHead + "1;", UInt8(ascii: "x"))?.status == 400)
    let chunk = "1;\(text(1000))\r\na\r\n"
    #expect(
      Feed.whole(chunkedHead + String(repeating: chunk, count: 16) + "0\r\n\r\n").statuses == [200])
    #expect(
      Feed.whole(chunkedHead + String(repeating: chunk, count: 17) + "0\r\n\r\n").statuses == [400])
  }

  @Test func `endless empty lines are refused`() {
    #expect(Feed.whole(String(repeating: "\r\n", count: 8)).statuses == [])
    #expect(Feed.whole(String(repeating: "\r\n", count: 9)).statuses == [400])
  }

  @Test func `limits can be changed`() {
    var limits = Limits()
    limits.body = 4
    limits.requestLine = 20
    limits.headerFields = 2
    #expect(
      Feed.whole("POST / HTTP/1.1\r\n\(host)Content-Length: 4\r\n\r\nabcd", limits: limits).statuses
        == [200])
    #expect(
      Feed.whole("POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nabcde", limits: limits)
        .statuses == [413])
    #expect(Feed.whole("POST /1234567 HTTP/1.1\r\n", limits: limits).statuses == [414])
    #expect(
      Feed.whole("POST / HTTP/1.1\r\n\(host)X: 1\r\nX: 1\r\n\r\n", limits: limits).statuses == [431]
    )
  }

  @Test(arguments: ["", "\r\n", "\r\n\r\n"])
  func `a large buffer is not kept by an idle connection`(emptyLines: String) throws {
    var parser = RequestParser()
    let request = Array(
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1000000\r\n\r\n\(text(1_000_000))\(emptyLines)"
        .utf8)
    request.withUnsafeBytes { parser.append($0) }
    #expect(parser.buffered == request.count)
    guard case .request = try parser.next() else { return #expect(Bool(false), "no request") }
    guard case .needsMore = try parser.next() else { return #expect(Bool(false), "a request") }
    #expect(parser.buffered == 0)
    #expect(parser.capacity <= 4096)
  }
}
