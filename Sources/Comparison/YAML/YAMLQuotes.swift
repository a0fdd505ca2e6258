/// Scalars in quotes (YAML 1.2 sections 7.3.1 and 7.3.2).
extension YAMLReader {
  /// A scalar in quotes, which has to end on its line; afterwards `column` is behind it.
  func quoted(at column: inout Int) throws(CommandError) -> String {
    let line = lines[row]
    let quote = line[column]
    var text: [UInt8] = []
    column += 1
    while column < line.count {
      let byte = line[column]
      column += 1
      if byte == quote {
        // A doubled single quote is a quote.
        guard quote == UInt8(ascii: "'"), column < line.count, line[column] == quote else {
          return String(decoding: text, as: UTF8.self)
        }
        text.append(quote)
        column += 1
      } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        text += try escape(at: &column)
      } else {
        text.append(byte)
      }
    }
    throw refusal("the quote is not closed on its line; quotes over several are not supported")
  }

  /// What stands behind a backslash, those of JSON among them (RFC 8259 section 7).
  private func escape(at column: inout Int) throws(CommandError) -> [UInt8] {
    let line = lines[row]
    let byte = column < line.count ? line[column] : UInt8(ascii: "\"")
    column += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "e"): return [0x1B]
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: " "):
      return [byte]
    case UInt8(ascii: "x"): return try character(digits: 2, at: &column)
    case UInt8(ascii: "u"): return try character(digits: 4, at: &column)
    case UInt8(ascii: "U"): return try character(digits: 8, at: &column)
    default:
      throw refusal("the escape '\\\(Character(Unicode.Scalar(byte)))' is not supported")
    }
  }

  private func character(digits: Int, at column: inout Int) throws(CommandError) -> [UInt8] {
    var code = try number(digits: digits, at: &column)
    // JSON writes what is beyond 16 bits as a pair of surrogates.
    if digits == 4, (0xD800..<0xDC00).contains(code), lines[row].count >= column + 6,
      lines[row][column] == UInt8(ascii: "\\"), lines[row][column + 1] == UInt8(ascii: "u")
    {
      column += 2
      code = 0x10000 + (code - 0xD800) << 10 + (try number(digits: 4, at: &column)) &- 0xDC00
    }
    guard code > 0, let scalar = Unicode.Scalar(code) else {
      throw refusal("an escape is no character")
    }
    return Array(String(Character(scalar)).utf8)
  }

  private func number(digits: Int, at column: inout Int) throws(CommandError) -> UInt32 {
    let line = lines[row]
    let text = String(decoding: line[column..<min(line.count, column + digits)], as: UTF8.self)
    guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
      let code = UInt32(text, radix: 16)
    else { throw refusal("an escape needs \(digits) hexadecimal digits") }
    column += digits
    return code
  }
}
