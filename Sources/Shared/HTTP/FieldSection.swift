/// A message's fields while they are read: the header section, then, within the same limits, the
/// trailers.
struct FieldSection: Sendable {
  private(set) var fields = Fields()
  private var bytesLeft: Int
  private var fieldsLeft: Int

  init(limits: Limits) {
    bytesLeft = limits.headerSection
    fieldsLeft = limits.headerFields
  }

  /// Takes the fields so far; the limits go on counting.
  mutating func take() -> Fields {
    let taken = fields
    fields = Fields()
    return taken
  }

  /// Reads lines as far as they have arrived.
  /// - Parameter body: called with each field line.
  /// - Returns: true after the empty line that ends the section.
  /// - Throws: 400, or 431 beyond a limit.
  mutating func read(
    _ buffer: inout InputBuffer,
    _ body: (FieldLine) throws(RequestError) -> Void = { (_: FieldLine) throws(RequestError) in }
  ) throws(RequestError) -> Bool {
    while true {
      switch buffer.nextLine(limit: max(0, bytesLeft - 2)) {
      case .incomplete: return false
      case .tooLong: throw RequestError(.fieldsTooLarge, "header section too large")
      case .broken: throw .malformed("bare CR or LF")
      case .found(let range) where range.isEmpty: return true
      case .found(let range):
        guard fieldsLeft > 0 else { throw RequestError(.fieldsTooLarge, "too many fields") }
        fieldsLeft -= 1
        bytesLeft -= range.count + 2
        let room = buffer.count
        try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
          let line = try FieldLine(
            UnsafeBufferPointer(rebasing: bytes[range.lowerBound..<(range.upperBound + 2)]))
          fields.append(line, room: room)
          try body(line)
        }
      }
    }
  }
}
