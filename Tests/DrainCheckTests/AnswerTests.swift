import Testing

@testable import DrainCheck

/// What a client can tell of the bytes that came.
@Suite struct AnswerTests {
  private func answers(_ text: String, hasEnded: Bool = false) -> Answers {
    Answers(Array(text.utf8), hasEnded: hasEnded)
  }

  @Test func `an answer is complete with the last byte of its length`() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
    for count in 1..<text.utf8.count {
      let part = answers(String(decoding: text.utf8.prefix(count), as: UTF8.self))
      #expect(part.complete.isEmpty && part.all.count == 1)
    }
    #expect(answers(text).complete.map(\.status) == [200])
    #expect(answers(text + text).complete.map(\.body) == [3, 3])
  }

  @Test func `chunks end with the last chunk, and trailer fields`() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let body = "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
    for count in 0..<body.utf8.count {
      let part = String(decoding: body.utf8.prefix(count), as: UTF8.self)
      #expect(answers(head + part).complete.isEmpty)
    }
    #expect(answers(head + body + head).complete.map(\.body) == [13])
  }

  @Test func `a body without a length ends with the connection`() {
    let text = "HTTP/1.0 200 OK\r\n\r\nabc"
    #expect(answers(text).complete.isEmpty)
    #expect(answers(text, hasEnded: true).complete.map(\.body) == [3])
  }

  @Test func `an interim response is not the answer`() {
    let interim = answers("HTTP/1.1 100 Continue\r\n\r\n")
    #expect(interim.hasContinue && interim.all.isEmpty)
    #expect(
      answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n").complete.map(\.status)
        == [204])
  }

  @Test(arguments: [
    ("Connection: close", true), ("connection: Keep-Alive, Close", true),
    ("Connection: keep-alive", false), ("X-Connection: close", false),
  ])
  func `close is a token of Connection`(field: String, says: Bool) {
    let answer = answers("HTTP/1.1 200 OK\r\n\(field)\r\nContent-Length: 0\r\n\r\n")
    #expect(answer.complete.first?.saysClose == says)
  }

  @Test(arguments: [
    ("Server: old", true), ("Connection: Keep-Alive", false),
    ("Connection: keep-alive, close", true),
  ])
  func `HTTP 1.0 closes unless it says that it keeps the connection`(field: String, says: Bool) {
    let answer = answers("HTTP/1.0 200 OK\r\n\(field)\r\nContent-Length: 0\r\n\r\n")
    #expect(answer.complete.first?.saysClose == says)
  }

  @Test func `bytes of another protocol are none`() {
    #expect(answers("\u{15}\u{3}\u{3}").isMalformed)
    #expect(!answers("HTT").isMalformed)
  }
}
