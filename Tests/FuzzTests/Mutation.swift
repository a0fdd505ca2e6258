import Comparison

/// Changes an input a little, with words of the formats: an input that is nearly right gets further
/// than a random one.
struct Mutation {
  private static let words = [
    "\r\n", "\n", "\r", " ", "\t", "\0", ":", ",", ";", "=", "0", "+", "-", "%", "\"", "\\", "#",
    "GET ", "HEAD ", "HTTP/1.1", "HTTP/1.0 200 OK", "Host: a\r\n", "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Connection: close\r\n",
    "0\r\n\r\n", "ffffffffffffffff", "18446744073709551616", "{", "}", "[", "]", "null", "1e309",
    "- a: b", "key: |", "---\n", "é", "\u{FEFF}", "calc-load ",
  ].map { Array($0.utf8) }

  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func of(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0:
      bytes.insert(
        contentsOf: Self.words.randomElement(using: &random) ?? [], at: place)
    case 1: if place < bytes.count { bytes.remove(at: place) }
    case 2: if place < bytes.count { bytes[place] = .random(in: 0...255, using: &random) }
    case 3:
      let end = Int.random(in: place...min(bytes.count, place + 40), using: &random)
      bytes.insert(contentsOf: bytes[place..<end], at: place)
    default:
      bytes.removeSubrange(
        place..<Int.random(in: place...min(bytes.count, place + 20), using: &random))
    }
  }
}
