/// Flow collections and quoted scalars: what may start anywhere in a line and end in a later one.
extension YAMLReader {
  /// The flow node at the column of the current line; afterwards `row` and `column` are behind it.
  package mutating func flow(at column: inout Int) throws(Refusal) -> YAMLNode {
    switch lines[row][column] {
    case UInt8(ascii: "["): return try flowSequence(at: &column)
    case UInt8(ascii: "{"): return try flowMapping(at: &column)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let line = row + 1
      return YAMLNode(line: line, content: .scalar(try quoted(at: &column), plain: false))
    default: return try flowPlain(at: &column)
    }
  }

  private mutating func flowSequence(at column: inout Int) throws(Refusal) -> YAMLNode {
    let line = row + 1
    try enter()
    defer { leave() }
    var nodes: [YAMLNode] = []
    column += 1
    while true {
      if try next(at: &column, of: line, "[") == UInt8(ascii: "]") { break }
      nodes.append(try flow(at: &column))
      let separator = try next(at: &column, of: line, "[")
      if separator == UInt8(ascii: "]") { break }
      guard separator == UInt8(ascii: ",") else {
        throw refusal("expected ',' or ']' in the list of line \(line)")
      }
      column += 1
    }
    column += 1
    return YAMLNode(line: line, content: .sequence(nodes))
  }

  private mutating func flowMapping(at column: inout Int) throws(Refusal) -> YAMLNode {
    let line = row + 1
    try enter()
    defer { leave() }
    var entries: [YAMLNode.Entry] = []
    column += 1
    while true {
      if try next(at: &column, of: line, "{") == UInt8(ascii: "}") { break }
      let key = try flow(at: &column)
      guard case .scalar(let text, _) = key.content else { throw refusal("a key has to be text") }
      if let first = entries.first(where: { $0.key == text }) {
        throw refusal("the key '\(text)' is a duplicate of line \(first.line)")
      }
      guard try next(at: &column, of: line, "{") == UInt8(ascii: ":") else {
        throw refusal("expected ': ' behind the key '\(text)'")
      }
      column += 1
      let follower = try next(at: &column, of: line, "{")
      let empty = follower == UInt8(ascii: ",") || follower == UInt8(ascii: "}")
      entries.append(
        .init(
          key: text, line: key.line, value: empty ? .null(line: key.line) : try flow(at: &column)))
      let separator = try next(at: &column, of: line, "{")
      if separator == UInt8(ascii: "}") { break }
      guard separator == UInt8(ascii: ",") else {
        throw refusal("expected ',' or '}' in the mapping of line \(line)")
      }
      column += 1
    }
    column += 1
    return YAMLNode(line: line, content: .mapping(entries))
  }

  /// The next byte that is neither space nor comment, without taking it.
  private mutating func next(at column: inout Int, of line: Int, _ bracket: String) throws(Refusal)
    -> UInt8
  {
    while row < lines.count {
      let text = lines[row]
      while column < text.count, text[column] == UInt8(ascii: " ") { column += 1 }
      if column < text.count, text[column] == UInt8(ascii: "\t") {
        throw refusal("a tab; use spaces")
      }
      let isComment =
        column < text.count && text[column] == UInt8(ascii: "#")
        && (column == 0 || text[column - 1] == UInt8(ascii: " "))
      if column < text.count, !isComment { return text[column] }
      row += 1
      column = 0
    }
    throw .data("\(file):\(line): '\(bracket)' is never closed")
  }

  private mutating func flowPlain(at column: inout Int) throws(Refusal) -> YAMLNode {
    let line = lines[row]
    try refuseIndicator(line[column])
    let ends: Set<UInt8> = [
      UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
    ]
    let comment = commentStart(in: line, from: column) ?? line.count
    var end = column
    while end < comment, !ends.contains(line[end]) {
      if line[end] == UInt8(ascii: "\t") { throw refusal("a tab; use spaces") }
      if line[end] == UInt8(ascii: ":"),
        end + 1 == line.count || line[end + 1] == UInt8(ascii: " ") || ends.contains(line[end + 1])
      {
        break
      }
      end += 1
    }
    var text = line[column..<end]
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    column = end
    return YAMLNode(
      line: row + 1, content: .scalar(String(decoding: text, as: UTF8.self), plain: true))
  }

  // MARK: Quoted scalars

  /// Line breaks within quotes fold: one becomes a space, each further one stays (YAML 1.2 section
  /// 7.3).
  private mutating func quoted(at column: inout Int) throws(Refusal) -> String {
    let start = row
    let quote = lines[row][column]
    var text: [UInt8] = []
    column += 1
    while true {
      let line = lines[row]
      guard column < line.count else {
        try fold(into: &text, from: start, at: &column)
        continue
      }
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
        try escape(into: &text, at: &column)
      } else {
        text.append(byte)
      }
    }
  }

  private mutating func fold(into text: inout [UInt8], from start: Int, at column: inout Int)
    throws(Refusal)
  {
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    var breaks = 0
    repeat {
      row += 1
      breaks += 1
      guard row < lines.count else {
        throw .data("\(file):\(start + 1): the quote is never closed")
      }
    } while lines[row].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    column = lines[row].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? 0
    if breaks == 1 {
      text.append(UInt8(ascii: " "))
    } else {
      text += Array(repeating: UInt8(ascii: "\n"), count: breaks - 1)
    }
  }

  private mutating func escape(into text: inout [UInt8], at column: inout Int) throws(Refusal) {
    guard column < lines[row].count else {
      throw refusal("a backslash at the end of a line is not supported")
    }
    let byte = lines[row][column]
    column += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: " "):
      text.append(byte)
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let length = byte == UInt8(ascii: "x") ? 2 : byte == UInt8(ascii: "u") ? 4 : 8
      let digits = lines[row][column...].prefix(length)
      guard digits.count == length, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw refusal("an escape that is no character") }
      text += Array(String(scalar).utf8)
      column += length
    default: throw refusal("the escape '\\\(Character(Unicode.Scalar(byte)))' is not supported")
    }
  }
}
