/// Lists in brackets and mappings in braces, which may go over several lines and hold each other
/// (YAML 1.2 section 7.4). JSON is such a value, so this reads it, too.
extension YAMLReader {
  /// The collection that starts at the column; afterwards `column` is behind it, in the line where
  /// it ends.
  mutating func collection(at column: inout Int) throws(CommandError) -> YAMLNode {
    try enter()
    defer { leave() }
    let (line, isList) = (row + 1, lines[row][column] == UInt8(ascii: "["))
    let end = UInt8(ascii: isList ? "]" : "}")
    var nodes: [YAMLNode] = []
    var entries: [YAMLNode.Entry] = []
    var keys: [String: Int] = [:]
    column += 1
    while try next(at: &column, of: line, isList: isList) != end {
      if isList {
        nodes.append(try element(at: &column))
      } else {
        let keyLine = row + 1
        let key = try key(at: &column)
        if let first = keys.updateValue(keyLine, forKey: key) {
          throw refusal("the key '\(key)' is a duplicate of line \(first)")
        }
        let value = try value(of: key, at: &column, in: line, until: end)
        entries.append(.init(key: key, line: keyLine, value: value))
      }
      let separator = try next(at: &column, of: line, isList: isList)
      if separator == end { break }
      guard separator == UInt8(ascii: ",") else {
        throw refusal("expected ',' or \(isList ? "']' in the list" : "'}' in the mapping")")
      }
      column += 1
    }
    column += 1
    return YAMLNode(line: line, content: isList ? .sequence(nodes) : .mapping(entries))
  }

  /// The next byte that is neither white space nor a comment, without taking it.
  private mutating func next(at column: inout Int, of start: Int, isList: Bool)
    throws(CommandError) -> UInt8
  {
    while row < lines.count {
      let line = lines[row]
      while column < line.count, [0x20, 0x09].contains(line[column]) { column += 1 }
      let isComment =
        column < line.count && line[column] == UInt8(ascii: "#")
        && (column == 0 || [0x20, 0x09].contains(line[column - 1]))
      if column < line.count, !isComment { return line[column] }
      row += 1
      column = 0
    }
    row = start - 1
    throw refusal("'\(isList ? "[" : "{")' is not closed")
  }

  /// The value behind a key; null when nothing stands there.
  private mutating func value(
    of key: String, at column: inout Int, in line: Int, until end: UInt8
  ) throws(CommandError) -> YAMLNode {
    guard try next(at: &column, of: line, isList: false) == UInt8(ascii: ":") else {
      throw refusal("expected ':' behind the key '\(key)'")
    }
    column += 1
    let first = try next(at: &column, of: line, isList: false)
    return first == UInt8(ascii: ",") || first == end
      ? .null(line: row + 1) : try element(at: &column)
  }

  private mutating func key(at column: inout Int) throws(CommandError) -> String {
    let line = lines[row]
    if line[column] == UInt8(ascii: "\"") || line[column] == UInt8(ascii: "'") {
      return try quoted(at: &column)
    }
    try refuseIndicator(line[column])
    let start = column
    while column < line.count, ![0x3A, 0x2C, 0x7D].contains(line[column]) { column += 1 }
    return try plainText(line[start..<column])
  }

  private mutating func element(at column: inout Int) throws(CommandError) -> YAMLNode {
    let line = lines[row]
    switch line[column] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let number = row + 1
      return YAMLNode(line: number, content: .scalar(try quoted(at: &column), plain: false))
    case UInt8(ascii: "["), UInt8(ascii: "{"): return try collection(at: &column)
    default: try refuseIndicator(line[column])
    }
    let comment = commentStart(in: line, from: column) ?? line.count
    let start = column
    while column < comment, !",]}".utf8.contains(line[column]) { column += 1 }
    return YAMLNode(
      line: row + 1, content: .scalar(try plainText(line[start..<column]), plain: true))
  }
}
