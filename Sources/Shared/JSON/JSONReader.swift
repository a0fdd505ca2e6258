/// Reads JSON text (RFC 8259) from front to back, to the letter of its grammar. The caller reads
/// the values that it expects and skips the others, which costs no memory. Duplicate names and lone
/// surrogates are allowed by the grammar, and read. (Foundation's decoder takes 3 µs and 3 MB for
/// the body of a request.)
struct JSONReader {
  /// Arrays and objects within each other, at most: each level takes stack (RFC 8259 section 9
  /// allows a limit).
  static let depthLimit = 128

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  /// - Throws: when the bytes are not UTF-8 (section 8.1).
  init(_ bytes: [UInt8]) throws(JSONError) {
    guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
      throw .notUTF8
    }
    self.bytes = bytes
  }

  // MARK: What comes next

  /// The first byte of the next value, name or bracket; nil at the end.
  var next: UInt8? {
    mutating get {
      while index < bytes.count {
        switch bytes[index] {
        case 0x20, 0x09, 0x0A, 0x0D: index += 1
        case let byte: return byte
        }
      }
      return nil
    }
  }

  /// - Throws: when anything but white space is left.
  mutating func end() throws(JSONError) {
    if next != nil { throw .syntax(at: index) }
  }

  // MARK: Containers

  /// Calls `member` with each name; it must read or skip the value.
  mutating func object(_ member: (Range<Int>, inout JSONReader) throws(JSONError) -> Void)
    throws(JSONError)
  {
    try container(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) {
      (reader: inout JSONReader) throws(JSONError) in
      let name = try reader.string()
      try reader.take(UInt8(ascii: ":"))
      try member(name, &reader)
    }
  }

  /// Calls `element` for each element; it must read or skip it.
  mutating func array(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
    try container(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), element)
  }

  private mutating func container(
    from opening: UInt8, to closing: UInt8, _ entry: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try take(opening)
    depth += 1
    if depth > Self.depthLimit { throw .tooDeep }
    if next != closing {
      try entry(&self)
      while next == UInt8(ascii: ",") {
        index += 1
        try entry(&self)
      }
    }
    try take(closing)
    depth -= 1
  }

  // MARK: Scalars

  /// A string's bytes between its quotes, escapes as they stand.
  mutating func string() throws(JSONError) -> Range<Int> {
    try take(UInt8(ascii: "\""))
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        return start..<index - 1
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw .syntax(at: index)
      default: index += 1
      }
    }
    throw .syntax(at: index)
  }

  private mutating func escape() throws(JSONError) {
    index += 1
    switch index < bytes.count ? bytes[index] : 0 {
    case UInt8(ascii: "u"):
      for _ in 0..<4 {
        index += 1
        guard index < bytes.count, bytes[index].hexadecimal != nil else { throw .syntax(at: index) }
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"),
      UInt8(ascii: "t"):
      break
    default: throw .syntax(at: index)
    }
    index += 1
  }

  /// Whether a string stands for `text`, which is ASCII. Compared by code point: `"a"` and
  /// `"\u0061"` are the same.
  func string(at range: Range<Int>, is text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
      var (index, matched) = (range.lowerBound, 0)
      while index < range.upperBound {
        guard matched < text.count else { return false }
        var code = Int(bytes[index])
        index += 1
        if code == UInt8(ascii: "\\") {
          // No other escape stands for a letter.
          guard bytes[index] == UInt8(ascii: "u") else { return false }
          code = (index + 1...index + 4).reduce(0) { $0 * 16 + Int(bytes[$1].hexadecimal ?? 0) }
          index += 5
        }
        if code != Int(text[matched]) { return false }
        matched += 1
      }
      return matched == text.count
    }
  }

  /// A string's bytes, escapes as they stand.
  func raw(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

  /// What a string stands for. Lone surrogates become U+FFFD.
  func text(at range: Range<Int>) -> String {
    guard bytes[range].contains(UInt8(ascii: "\\")) else {
      return String(decoding: bytes[range], as: UTF8.self)
    }
    var units: [UInt16] = []
    var rest = range
    while let byte = rest.popFirst().map({ bytes[$0] }) {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst().map({ bytes[$0] }) else {
        let length = max(1, (~byte).leadingZeroBitCount)
        let character = rest.lowerBound - 1..<rest.lowerBound - 1 + length
        units += String(decoding: bytes[character], as: UTF8.self).utf16
        rest = character.upperBound..<rest.upperBound
        continue
      }
      switch escape {
      case UInt8(ascii: "u"):
        units.append(
          (0..<4).reduce(0) { unit, _ in
            unit << 4 | UInt16(rest.popFirst().flatMap { bytes[$0].hexadecimal } ?? 0)
          })
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      default: units.append(UInt16(escape))
      }
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// A number: an integer when it has neither fraction nor exponent and fits in 64 bits, else the
  /// nearest double, which is infinite beyond the largest one.
  mutating func number() throws(JSONError) -> JSONNumber {
    let isNegative = next == UInt8(ascii: "-")
    let start = index
    if isNegative { index += 1 }
    let first = index
    var (integer, overflow) = (Int64(0), false)
    while let digit = digit {
      let (shifted, tooLarge) = integer.multipliedReportingOverflow(by: 10)
      let (sum, tooFar) =
        isNegative
        ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      (integer, overflow) = (sum, overflow || tooLarge || tooFar)
      index += 1
    }
    guard index > first, index == first + 1 || bytes[first] != UInt8(ascii: "0") else {
      throw .syntax(at: first)
    }
    var isInteger = true
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      isInteger = false
      index += 1
      try digits()
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      try digits()
    }
    if isInteger, !overflow { return .integer(integer) }
    guard let double = Double(String(decoding: bytes[start..<index], as: UTF8.self)) else {
      throw .syntax(at: start)
    }
    return .double(double)
  }

  private var digit: Int64? {
    guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else {
      return nil
    }
    return Int64(bytes[index] - UInt8(ascii: "0"))
  }

  private mutating func digits() throws(JSONError) {
    if digit == nil { throw .syntax(at: index) }
    while digit != nil { index += 1 }
  }

  /// Checks any value, and drops it.
  mutating func skip() throws(JSONError) {
    switch next {
    case UInt8(ascii: "{"): try object { (_, reader) throws(JSONError) in try reader.skip() }
    case UInt8(ascii: "["): try array { (reader) throws(JSONError) in try reader.skip() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: _ = try number()
    }
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    for offset in 0..<text.utf8CodeUnitCount {
      guard index < bytes.count, bytes[index] == text.utf8Start[offset] else {
        throw .syntax(at: index)
      }
      index += 1
    }
  }

  private mutating func take(_ byte: UInt8) throws(JSONError) {
    guard next == byte else { throw .syntax(at: index) }
    index += 1
  }
}

/// A number as its text writes it.
enum JSONNumber: Equatable {
  case integer(Int64)
  case double(Double)
}

/// The text is not JSON, or nested too deeply.
enum JSONError: Error, Equatable {
  /// The offset of the first byte that the grammar does not allow.
  case syntax(at: Int)
  /// More than `JSONReader.depthLimit` levels.
  case tooDeep
  case notUTF8
}

extension UInt8 {
  fileprivate var hexadecimal: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
