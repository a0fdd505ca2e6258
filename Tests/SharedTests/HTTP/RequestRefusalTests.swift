import Testing

@testable import Shared

/// What must not be let through, each with its status, however the bytes are split.
@Suite struct RequestRefusalTests {
  private func expect(
    _ text: String, _ status: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let bytes = Array(text.utf8)
    let whole = Feed.whole(text)
    #expect(whole.statuses == [status], "\(text.debugDescription)", sourceLocation: sourceLocation)
    #expect(
      Feed.byteByByte(bytes).refusal == whole.refusal, "\(text.debugDescription)",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "GET  / HTTP/1.1", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET\t/ HTTP/1.1",
    "GET /", "GET", "GET / http/1.1",
    "GET / HTTP/1", "GET / HTTP/1.10", "GET / HTTP/01.1", "GET / HTTP/1.x", "G(T / HTTP/1.1",
    "/ HTTP/1.1", "GET /a b HTTP/1.1",
    "GET /\u{0} HTTP/1.1", "GET / HTTP/1.1\u{0}", "GET /\u{1} HTTP/1.1",
  ])
  func `a malformed request line is refused`(_ line: String) {
    expect(line + "\r\nHost: a\r\n\r\n", 400)
  }

  @Test(arguments: ["HTTP/0.9", "HTTP/2.0", "HTTP/3.0", "HTTP/9.9"])
  func `another major version is refused as such`(_ version: String) {
    expect("GET / \(version)\r\nHost: a\r\n\r\n", 505)
    expect("PRI * \(version)\r\n\r\nSM\r\n\r\n", 505)
  }

  @Test(arguments: [
    "", "Host: a\r\nHost: a\r\n", "Host: a\r\nhost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n",
    "Host: u@a\r\n", "Host: a:b\r\n",
    "Host: :80\r\n",
    "Host: [::1\r\n", "Host: a\u{0}\r\n",
  ])
  func `a Host that is missing, repeated or invalid is refused`(_ fields: String) {
    expect("GET / HTTP/1.1\r\n\(fields)\r\n", 400)
  }

  @Test func `two Hosts are refused in HTTP 1.0 too`() {
    expect("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400)
  }

  @Test(arguments: [
    "X : 1", "X\t: 1", " X: 1", "\tX: 1", "X", "X 1", ": 1", "X(: 1", "X\u{0}: 1", "é: 1",
    "X: \u{0}", "X: a\u{1}b", "X: \u{7F}", "X: a\rb",
    "X: a\r", "X: a\r\n folded", "X: a\r\n\tfolded", "X: a\nY: b", "X: a\r\r", "\r", "X: a\u{B}b",
  ])
  func `a malformed field line is refused`(_ line: String) {
    expect("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n", 400)
  }

  @Test(arguments: [
    "\nGET / HTTP/1.0\r\n\r\n", "\r\n\nGET / HTTP/1.0\r\n\r\n", "\rGET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.0\n\r\n", "GET / HTTP/1.0\n\n",
    "GET / HTTP/1.0\r\n\n", "GET / HTTP/1.0\r\r\n\r\n", "GET / HTTP/1.0\r\nX: 1\n\r\n",
    "GET / HTTP/1.0\r\nX: 1\r\r\n", "GET / HTTP/1.0\rX",
  ])
  func `a bare CR or LF is refused`(_ text: String) { expect(text, 400) }

  @Test func `a bare LF is refused before the line's end has come`() {
    #expect(Feed.whole("GET / HTTP/1.1\n").statuses == [400])
    #expect(Feed.whole("GET / HTTP/1.1\rH").statuses == [400])
  }

  @Test(arguments: [
    "", "+5", "-5", "0x5", "5a", "5 5", "5,5", "5, 6", "5,", "1.0", "\"5\"", "٥",
    "18446744073709551616", "99999999999999999999999999",
    "1e3",
  ])
  func `a Content-Length that is not digits only or does not fit in 64 bits is refused`(
    _ value: String
  ) {
    expect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(value)\r\n\r\n", 400)
  }

  @Test func `different Content-Lengths are refused`() {
    expect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400)
  }

  @Test(arguments: [
    "1048577", "9223372036854775808", "18446744073709551615", "00000000000000000000001048577",
  ])
  func `a Content-Length beyond the limit is refused without its body`(_ value: String) {
    expect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(value)\r\n\r\n", 413)
  }

  @Test(arguments: [
    ("chunked\r\nContent-Length: 5", 400), ("chunked\r\nContent-Length: 0", 400),
    ("chunked, chunked", 400),
    ("chunked\r\nTransfer-Encoding: chunked", 400),
    ("chunked, gzip", 400), ("chunked, identity", 400), ("chunked\r\nTransfer-Encoding: gzip", 400),
    ("", 400), (",", 400), ("gzip", 400),
    ("chunked;a=b", 400), ("chun ked", 400), ("\"chunked\"", 400), ("chunked\u{B}", 400),
    ("gzip, chunked", 501),
    ("gzip\r\nTransfer-Encoding: chunked", 501),
    ("xchunked", 501), ("identity", 501), ("foo", 501), ("foo;q=1, chunked", 501),
  ])
  func `a Transfer-Encoding that leaves the body's end open is refused`(
    _ value: String, _ status: Int
  ) {
    expect("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(value)\r\n\r\n0\r\n\r\n", status)
  }

  @Test func `Content-Length before Transfer-Encoding is refused too`() {
    expect(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "0\r\n\r\n",
      400)
  }

  @Test func `Transfer-Encoding in HTTP 1.0 is refused`() {
    expect("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)
  }

  @Test(arguments: ["200-ok", "100-continue, x", "100-continue-x", "x\r\nExpect: 100-continue"])
  func `an expectation other than 100-continue fails`(_ value: String) {
    expect("POST / HTTP/1.1\r\nHost: a\r\nExpect: \(value)\r\nContent-Length: 1\r\n\r\n", 417)
  }

  @Test(arguments: [
    "", "g", " 5\r\nhello", "5 \r\nhello", "+5\r\nhello", "0x5\r\nhello", "-1", "5\r\nhello!\r\n",
    "5\r\nhello\n", "5\r\nhello\r\r\n",
    "5\nhello", "5\r\nhell\r\n0\r\n\r\n",
    "00000000000000005\r\nhello", "5;\r\nhello", "5;=a\r\nhello", "5;a=\r\nhello",
    "5;a=\"b\r\nhello", "5 a\r\nhello", "5;a\u{0}\r\nhello",
    "0\r\n folded: 1\r\n",
    "0\r\nX : 1\r\n", "0\r\n\n", "10000000000000000",
  ])
  func `malformed chunks are refused`(_ body: String) {
    expect("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)\r\n\r\n", 400)
  }
}
