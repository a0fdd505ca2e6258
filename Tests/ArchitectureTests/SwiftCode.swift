/// The words of a Swift file outside comments and literals. Code in a string's interpolation
/// counts.
struct SwiftCode {
  struct Word: Equatable {
    let text: String
    let line: Int
    /// Braces around it.
    let depth: Int
    /// Preceded by a dot: a member of something.
    let isMember: Bool
  }

  private(set) var words: [Word] = []

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var depth = 0
  /// The last byte of code that is no blank.
  private var last: UInt8 = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    while index < bytes.count { step() }
  }

  private func byte(_ ahead: Int = 0) -> UInt8 {
    index + ahead < bytes.count ? bytes[index + ahead] : 0
  }

  private func isNext(_ text: StaticString) -> Bool {
    guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  private mutating func advance() {
    if byte() == UInt8(ascii: "\n") { line += 1 }
    index += 1
  }

  private mutating func step() {
    if isNext("//") { return skipLine() }
    if isNext("/*") { return skipComment() }
    if isStringStart { return skipString() }
    if byte() == UInt8(ascii: "/"), last == UInt8(ascii: "="), byte(1) > UInt8(ascii: " ") {
      return skipRegex()
    }
    if Self.isWord(byte()) { return readWord() }
    switch byte() {
    case UInt8(ascii: "{"): depth += 1
    case UInt8(ascii: "}"): depth -= 1
    default: break
    }
    if byte() > UInt8(ascii: " ") { last = byte() }
    advance()
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func readWord() {
    let start = index
    while Self.isWord(byte()) { index += 1 }
    words.append(
      Word(
        text: String(decoding: bytes[start..<index], as: UTF8.self), line: line, depth: depth,
        isMember: last == UInt8(ascii: ".")))
    last = bytes[index - 1]
  }

  private mutating func skipLine() {
    while index < bytes.count, byte() != UInt8(ascii: "\n") { index += 1 }
  }

  /// Comments may stand in each other.
  private mutating func skipComment() {
    var level = 0
    repeat {
      if isNext("/*") {
        level += 1
        index += 2
      } else if isNext("*/") {
        level -= 1
        index += 2
      } else {
        advance()
      }
    } while level > 0 && index < bytes.count
  }

  /// A bare regular expression, which ends in its line.
  private mutating func skipRegex() {
    advance()
    while index < bytes.count, byte() != UInt8(ascii: "/"), byte() != UInt8(ascii: "\n") {
      index += byte() == UInt8(ascii: "\\") ? 2 : 1
    }
    advance()
    last = UInt8(ascii: "/")
  }

  private var isStringStart: Bool {
    var ahead = 0
    while byte(ahead) == UInt8(ascii: "#") { ahead += 1 }
    return byte(ahead) == UInt8(ascii: "\"")
  }

  private mutating func skipString() {
    var hashes = 0
    while byte() == UInt8(ascii: "#") {
      hashes += 1
      index += 1
    }
    let quotes = isNext("\"\"\"") ? 3 : 1
    index += quotes
    while index < bytes.count {
      if isDelimiter(UInt8(ascii: "\""), quotes, hashes) {
        index += quotes + hashes
        break
      }
      if byte() == UInt8(ascii: "\\"), isHashes(hashes, at: 1) {
        index += 1 + hashes
        if byte() == UInt8(ascii: "(") { readInterpolation() } else { advance() }
      } else {
        advance()
      }
    }
    last = UInt8(ascii: "\"")
  }

  private func isDelimiter(_ quote: UInt8, _ quotes: Int, _ hashes: Int) -> Bool {
    (0..<quotes).allSatisfy { byte($0) == quote } && isHashes(hashes, at: quotes)
  }

  private func isHashes(_ count: Int, at ahead: Int) -> Bool {
    (0..<count).allSatisfy { byte(ahead + $0) == UInt8(ascii: "#") }
  }

  private mutating func readInterpolation() {
    var level = 0
    repeat {
      if byte() == UInt8(ascii: "(") { level += 1 }
      if byte() == UInt8(ascii: ")") { level -= 1 }
      step()
    } while level > 0 && index < bytes.count
  }
}
