/// What stands within one line: lists in brackets and quoted scalars.
extension YAMLReader {
  /// A list of scalars: `["a", b]`; afterwards `column` is behind it.
  mutating func inlineList(at column: inout Int) throws(CommandError) -> YAMLNode {
    let line = row + 1
    var nodes: [YAMLNode] = []
    column += 1
    while try next(at: &column) != UInt8(ascii: "]") {
      nodes.append(try inlineScalar(at: &column))
      let separator = try next(at: &column)
      if separator == UInt8(ascii: "]") { break }
      guard separator == UInt8(ascii: ",") else {
        throw refusal("expected ',' or ']' in the list")
      }
      column += 1
    }
    column += 1
    return YAMLNode(line: line, content: .sequence(nodes))
  }

  /// The next byte of the list that is no space, without taking it.
  private func next(at column: inout Int) throws(CommandError) -> UInt8 {
    let line = lines[row]
    while column < line.count, line[column] == UInt8(ascii: " ") { column += 1 }
    let isComment =
      column < line.count && line[column] == UInt8(ascii: "#")
      && line[column - 1] == UInt8(ascii: " ")
    guard column < line.count, !isComment else {
      throw refusal("'[' is not closed on its line; write such a list with '- ', a line each")
    }
    return line[column]
  }

  private mutating func inlineScalar(at column: inout Int) throws(CommandError) -> YAMLNode {
    let line = lines[row]
    switch line[column] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text = try quoted(at: &column)
      return YAMLNode(line: row + 1, content: .scalar(text, plain: false))
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      throw refusal("only scalars are supported in a list in brackets")
    default: try refuseIndicator(line[column])
    }
    let comment = commentStart(in: line, from: column) ?? line.count
    let start = column
    while column < comment, line[column] != UInt8(ascii: ","), line[column] != UInt8(ascii: "]") {
      column += 1
    }
    return YAMLNode(
      line: row + 1, content: .scalar(try plainText(line[start..<column]), plain: true))
  }

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
        text.append(try escaped(column < line.count ? line[column] : quote))
        column += 1
      } else {
        text.append(byte)
      }
    }
    throw refusal("the quote is not closed on its line; quotes over several are not supported")
  }

  private func escaped(_ byte: UInt8) throws(CommandError) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: " "): byte
    default: throw refusal("the escape '\\\(Character(Unicode.Scalar(byte)))' is not supported")
    }
  }
}
