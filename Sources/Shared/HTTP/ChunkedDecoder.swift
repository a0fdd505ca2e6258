/// Decodes a chunked body as it arrives (RFC 9112 section 7.1). Checks and drops extensions, keeps
/// trailers.
struct ChunkedDecoder: Sendable {
  private enum State {
    case size
    case data(left: Int)
    case dataEnd
    case trailers
    case complete
  }

  private let limits: Limits
  private var state = State.size
  private var extensionBytes = 0
  private(set) var content: [UInt8] = []
  private var section: FieldSection

  /// - Parameter section: the message's header section: its limits hold for the trailers, too.
  init(limits: Limits, section: FieldSection) {
    self.limits = limits
    self.section = section
    _ = self.section.take()
  }

  var trailers: Fields { section.fields }

  /// Bytes of memory held for the content.
  var capacity: Int { content.capacity }

  /// Reads as far as the bytes have arrived.
  /// - Returns: true when the body is complete, trailers included.
  /// - Throws: 400 for wrong framing, 413 as soon as a chunk's size passes the limit, 431 for the
  ///   trailers.
  mutating func read(_ buffer: inout InputBuffer) throws(RequestError) -> Bool {
    while true {
      switch state {
      case .size:
        guard let size = try nextSize(&buffer) else { return false }
        guard size <= UInt64(limits.body - content.count) else {
          throw RequestError(.contentTooLarge, "body too large")
        }
        state = size == 0 ? .trailers : .data(left: Int(size))
      case .data(let left):
        let count = min(left, buffer.count)
        content.append(contentsOf: buffer.bytes[buffer.start..<(buffer.start + count)])
        buffer.consume(count)
        guard count == left else {
          state = .data(left: left - count)
          return false
        }
        state = .dataEnd
      case .dataEnd:
        if let first = buffer[0], first != Grammar.carriageReturn {
          throw .malformed("chunk longer than its size")
        }
        guard let second = buffer[1] else { return false }
        guard second == Grammar.lineFeed else { throw .malformed("chunk longer than its size") }
        buffer.consume(2)
        state = .size
      case .trailers:
        guard try section.read(&buffer) else { return false }
        state = .complete
      case .complete: return true
      }
    }
  }

  private mutating func nextSize(_ buffer: inout InputBuffer) throws(RequestError) -> UInt64? {
    switch buffer.nextLine(limit: limits.chunkLine) {
    case .incomplete: return nil
    case .tooLong: throw .malformed("chunk-size line too long")
    case .broken: throw .malformed("bare CR or LF")
    case .found(let range):
      return try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
        let line = UnsafeBufferPointer(rebasing: bytes[range])
        var size: UInt64 = 0
        var digits = 0
        while digits < line.count, let digit = Grammar.hexDigit(line[digits]) {
          guard digits < 16 else { throw .malformed("chunk size too large for 64 bits") }
          size = size << 4 | digit
          digits += 1
        }
        guard digits > 0 else { throw .malformed("invalid chunk size") }
        extensionBytes += line.count - digits
        guard extensionBytes <= limits.chunkExtensions else {
          throw .malformed("chunk extensions too long")
        }
        guard ChunkedDecoder.isExtensions(line[digits...]) else {
          throw .malformed("invalid chunk extension")
        }
        return size
      }
    }
  }

  /// `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )` (RFC 9112 section 7.1.1)
  private static func isExtensions(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      rest = rest.drop(while: Grammar.isBlank)
      guard rest.popFirst() == Grammar.semicolon else { return false }
      rest = rest.drop(while: Grammar.isBlank)
      guard let name = rest.first, Grammar.isToken(name) else { return false }
      rest = rest.drop { Grammar.isToken($0) }
      let value = rest.drop(while: Grammar.isBlank)
      guard value.first == UInt8(ascii: "=") else { continue }
      rest = value.dropFirst().drop(while: Grammar.isBlank)
      guard rest.first == UInt8(ascii: "\"") ? skipQuoted(&rest) : skipToken(&rest) else {
        return false
      }
    }
    return true
  }

  private static func skipToken(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let first = rest.first, Grammar.isToken(first) else { return false }
    rest = rest.drop { Grammar.isToken($0) }
    return true
  }

  private static func skipQuoted(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    rest.removeFirst()
    while let octet = rest.popFirst() {
      if octet == UInt8(ascii: "\"") { return true }
      let text = octet == UInt8(ascii: "\\") ? rest.popFirst() : octet
      guard let text, text >= 0x20 || text == Grammar.tab, text != 0x7F else { return false }
    }
    return false
  }
}
