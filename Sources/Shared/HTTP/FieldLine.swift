import Libc

/// One field line (RFC 9112 section 5), a view of the bytes from which it was read.
struct FieldLine {
  /// The whole line with its CRLF.
  let bytes: UnsafeBufferPointer<UInt8>
  private let nameEnd: Int
  private let valueStart: Int
  private let valueEnd: Int

  var name: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[..<nameEnd]) }
  /// Without the blanks around it; may be empty.
  var value: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[valueStart..<valueEnd])
  }
  /// Whether it has the form in which `Fields` keeps lines: one space after the colon, none after
  /// the value.
  var isCanonical: Bool {
    valueStart == nameEnd + 2 && valueEnd + 2 == bytes.count && bytes[nameEnd + 1] == Grammar.space
  }

  /// Reads a line from the wire, with its CRLF.
  /// - Throws: 400 for a folded line (obsolete since RFC 7230), for a name that is not a token
  ///   directly before the colon, and for a control in the value.
  @inline(__always)
  init(_ line: UnsafeBufferPointer<UInt8>) throws(RequestError) {
    var index = 0
    // Each loop stops at the CR at the latest: it is neither token nor blank.
    while Grammar.isToken(line[index]) { index &+= 1 }
    guard index > 0, line[index] == Grammar.colon else {
      if let first = line.first, Grammar.isBlank(first) { throw .malformed("folded field line") }
      throw .malformed("invalid field name")
    }
    nameEnd = index
    index += 1
    while Grammar.isBlank(line[index]) { index += 1 }
    var end = line.count - 2
    while end > index, Grammar.isBlank(line[end - 1]) { end -= 1 }
    bytes = line
    valueStart = index
    valueEnd = end
    // The name holds no control, and makes the line long enough to be looked at in whole words.
    guard Grammar.isFieldValue(UnsafeBufferPointer(rebasing: line[..<(line.count - 2)])) else {
      throw .malformed("invalid field value")
    }
  }

  /// Finds a line among those that `Fields` keeps.
  init?(stored all: UnsafeBufferPointer<UInt8>, at offset: Int) {
    guard offset < all.count, let base = all.baseAddress.map({ $0 + offset }) else { return nil }
    let rest = all.count - offset
    guard let colon = memchr(base, Int32(Grammar.colon), rest),
      let end = memchr(base, Int32(Grammar.carriageReturn), rest)
    else {
      return nil
    }
    bytes = UnsafeBufferPointer(
      start: base, count: UnsafeRawPointer(base).distance(to: UnsafeRawPointer(end)) + 2)
    nameEnd = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(colon))
    valueStart = nameEnd + 2
    valueEnd = bytes.count - 2
  }
}
