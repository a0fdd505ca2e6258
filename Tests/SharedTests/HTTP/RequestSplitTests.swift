import Comparison
import Testing

@testable import Shared
@testable import TestSupport

/// However the bytes arrive, the requests are the same; and whatever arrives, the parser neither
/// crashes nor hangs nor hoards.
@Suite(.tags(.alone)) struct RequestSplitTests {
  static let texts = [
    "\r\nGET /a?b HTTP/1.1\r\nHost: calc:4000\r\nX-Request-ID: 17\r\nAccept:  */* \r\n\r\n"
      + "GET / HTTP/1.0\r\n\r\n",
    "POST /sum HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n{\"a\":[1,2]}\r\n\r\n"
      + "HEAD http://h/p HTTP/1.1\r\nHost: a\r\n\r\nrest",
    "POST /sum HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "4;x=\"y\"\r\n{\"a\"\r\nb\r\n:1234567890\r\n0\r\nT: 1\r\nU:2\r\n\r\n"
      + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
      + "abcGET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "3\r\nabc\r\n5\r\nabcdefgh\r\n0\r\n\r\n",
  ]

  @Test(arguments: texts) func `any split gives the same requests`(_ text: String) {
    let bytes = Array(text.utf8)
    let whole = Feed.pieces([bytes])
    #expect(Feed.byteByByte(bytes) == whole)
    for index in 0...bytes.count { #expect(Feed.split(bytes, at: index) == whole) }
  }

  @Test func `limits are found at the same byte however the bytes are split`() {
    var limits = Limits()
    limits.requestLine = 24
    limits.headerSection = 40
    limits.headerFields = 3
    limits.body = 8
    limits.chunkLine = 8
    var random = SplitMix64(seed: 2)
    for text in Self.texts {
      for _ in 0..<200 {
        let bytes = mutated(Array(text.utf8), &random)
        let whole = Feed.pieces([bytes], limits: limits)
        #expect(
          Feed.byteByByte(bytes, limits: limits) == whole,
          "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
      }
    }
  }

  @Test func `random mutations in random pieces never crash, hang or hoard`() {
    var random = SplitMix64(seed: 1)
    for round in 0..<4_000 {
      let bytes = mutated(Array(Self.texts[round % Self.texts.count].utf8), &random)
      var parser = RequestParser()
      var events = 0
      var position = 0
      feeding: while position < bytes.count {
        let end = min(bytes.count, position + Int.random(in: 1...40, using: &random))
        Array(bytes[position..<end]).withUnsafeBytes { parser.append($0) }
        position = end
        while true {
          events += 1
          #expect(parser.buffered <= position)
          do {
            if case .needsMore = try parser.next() { break }
          } catch {
            break feeding
          }
        }
      }
      #expect(events <= 3 * bytes.count + 3)
      #expect(
        Feed.pieces([bytes]) == Feed.byteByByte(bytes),
        "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
    }
  }

  @Test func `random bytes are never a request`() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<500 {
      let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Feed.pieces([bytes]).requests.isEmpty)
    }
  }

  private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    let interesting = Array("\r\n\t\0 :;,0159aAfF=\"\\/?*#%-".utf8) + [0x7F, 0x80, 0xFF]
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      let octet = interesting.randomElement(using: &random) ?? 0
      switch Int.random(in: 0...4, using: &random) {
      case 0: bytes[index] = octet
      case 1: bytes.insert(octet, at: index)
      case 2: bytes.remove(at: index)
      case 3:
        bytes.removeSubrange(
          index..<min(bytes.count, index + Int.random(in: 1...20, using: &random)))
      default:
        bytes.insert(
          contentsOf: bytes[
            index..<min(bytes.count, index + Int.random(in: 1...20, using: &random))], at: index)
      }
    }
    return bytes
  }
}
