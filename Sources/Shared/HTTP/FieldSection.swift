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
    var run = FieldRun(from: buffer.start)
    defer { keep(run, of: buffer) }
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
        try buffer.bytes.withUnsafeBufferPointer { (bytes) throws(RequestError) in
          let line = try FieldLine(
            UnsafeBufferPointer(rebasing: bytes[range.lowerBound..<(range.upperBound + 2)]))
          if line.isCanonical {
            run.append(line)
          } else {
            fields.append(run, of: bytes)
            fields.append(line)
            run = FieldRun(from: range.upperBound + 2)
          }
          try body(line)
        }
      }
    }
  }

  private mutating func keep(_ run: FieldRun, of buffer: InputBuffer) {
    if run.count == 0 { return }
    buffer.bytes.withUnsafeBufferPointer { fields.append(run, of: $0) }
  }
}

/// Lines in a row that have the form in which `Fields` keeps them, so that they are copied at once.
struct FieldRun {
  private(set) var range: Range<Int>
  private(set) var count: Int32 = 0
  private(set) var names = FieldNames()

  /// - Parameter start: where the first line begins in the input.
  init(from start: Int) { range = start..<start }

  /// Adds the line that follows.
  mutating func append(_ line: FieldLine) {
    range = range.lowerBound..<(range.upperBound + line.bytes.count)
    count += 1
    names.insert(line.name)
  }
}
