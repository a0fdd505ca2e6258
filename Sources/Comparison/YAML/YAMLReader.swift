/// Reads the part of YAML that Kubernetes manifests are written in, and refuses the rest by line.
///
/// Block and flow collections, plain and quoted scalars of one line, block scalars, comments and
/// `---`; JSON, which is a part of it. Refused are anchors, aliases, tags, directives, complex
/// keys, duplicate keys, tabs outside of quotes and braces, and plain and quoted scalars over
/// several lines: a reader that guesses would rehearse something else than what is deployed.
package struct YAMLReader {
  /// Names the file in errors.
  let file: String
  var lines: [[UInt8]]
  /// The current line, an index into `lines`.
  var row = 0
  private var depth = 0

  /// Collections nested deeper than this are refused, so that no input exhausts the stack.
  static let deepest = 100

  init(file: String, lines: [[UInt8]]) {
    self.file = file
    self.lines = lines
  }

  /// The one document that the lines hold; nil when they hold nothing.
  mutating func document() throws(CommandError) -> YAMLNode? {
    guard try skipBlank() else { return nil }
    let node = try block(above: -1)
    if try skipBlank() { throw refusal("the indentation does not fit what stands above") }
    return node
  }

  /// The node that starts at the current line, which has to be indented by more than `parent`; null
  /// when none does.
  mutating func block(above parent: Int) throws(CommandError) -> YAMLNode {
    let asked = row + 1
    guard try skipBlank() else { return .null(line: asked) }
    let indent = try indentation()
    guard indent > parent else { return .null(line: asked) }
    try enter()
    defer { leave() }
    if isEntry(lines[row], at: indent) { return try sequence(at: indent) }
    if try keyEnd(at: indent) != nil { return try mapping(at: indent) }
    return try value(at: indent, parent: parent)
  }

  /// A collection begins; `leave` ends it.
  mutating func enter() throws(CommandError) {
    depth += 1
    guard depth <= Self.deepest else { throw refusal("nested deeper than \(Self.deepest) levels") }
  }

  mutating func leave() { depth -= 1 }

  private mutating func sequence(at indent: Int) throws(CommandError) -> YAMLNode {
    let line = row + 1
    var nodes: [YAMLNode] = []
    while try skipBlank() {
      let here = try indentation()
      guard here == indent, isEntry(lines[row], at: here) else {
        if here > indent { throw refusal("the indentation does not fit what stands above") }
        break
      }
      // What follows the dash is a node whose indentation is its column.
      lines[row][indent] = UInt8(ascii: " ")
      if isBlank(lines[row]) { row += 1 }
      nodes.append(try block(above: indent))
    }
    return YAMLNode(line: line, content: .sequence(nodes))
  }

  private mutating func mapping(at indent: Int) throws(CommandError) -> YAMLNode {
    let line = row + 1
    var entries: [YAMLNode.Entry] = []
    var keys: [String: Int] = [:]
    while try skipBlank() {
      let here = try indentation()
      if here < indent { break }
      guard here == indent else { throw refusal("the indentation does not fit what stands above") }
      // A sequence in the same column belongs to a key above this mapping.
      guard let key = try keyEnd(at: indent) else { throw refusal("expected 'key: value'") }
      let keyLine = row + 1
      if let first = keys.updateValue(keyLine, forKey: key.text) {
        throw refusal("the key '\(key.text)' is a duplicate of line \(first)")
      }
      entries.append(
        .init(key: key.text, line: keyLine, value: try mappedValue(after: key.end, indent: indent)))
    }
    return YAMLNode(line: line, content: .mapping(entries))
  }

  private mutating func mappedValue(after colon: Int, indent: Int) throws(CommandError) -> YAMLNode
  {
    let line = lines[row]
    let start = line[colon...].firstIndex { $0 != UInt8(ascii: " ") }
    if let start, line[start] == UInt8(ascii: "\t") { throw refusal("a tab; use spaces") }
    if let start, line[start] != UInt8(ascii: "#") {
      if isEntry(line, at: start) { throw refusal("a list has to start on its own line") }
      return try value(at: start, parent: indent)
    }
    let keyLine = row + 1
    row += 1
    // A list may stand in the column of its key.
    if try skipBlank(), try indentation() == indent, isEntry(lines[row], at: indent) {
      try enter()
      defer { leave() }
      return try sequence(at: indent)
    }
    let node = try block(above: indent)
    return node.type == .null ? .null(line: keyLine) : node
  }

  /// A value that starts at a column of the current line: a scalar, or a collection in brackets.
  private mutating func value(at column: Int, parent: Int) throws(CommandError) -> YAMLNode {
    var column = column
    let node: YAMLNode
    switch lines[row][column] {
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      return try blockScalar(at: column, parent: parent)
    case UInt8(ascii: "{"), UInt8(ascii: "["): node = try collection(at: &column)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      node = YAMLNode(line: row + 1, content: .scalar(try quoted(at: &column), plain: false))
    default: return try plainLine(at: column, parent: parent)
    }
    try endOfLine(from: column)
    return node
  }

  private mutating func plainLine(at column: Int, parent: Int) throws(CommandError) -> YAMLNode {
    try refuseIndicator(lines[row][column])
    let number = row + 1
    var text = lines[row][column...]
    if let comment = commentStart(in: lines[row], from: column) { text = text[..<comment] }
    let scalar = YAMLNode(line: number, content: .scalar(try plainText(text), plain: true))
    row += 1
    if try skipBlank(), try indentation() > parent {
      throw refusal(
        "goes on with the value of line \(number); write it on one line, or mend the indentation")
    }
    return scalar
  }

  /// Without the spaces at its end.
  func plainText(_ bytes: ArraySlice<UInt8>) throws(CommandError) -> String {
    var text = bytes
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    if text.contains(UInt8(ascii: "\t")) { throw refusal("a tab; use spaces") }
    for index in text.indices
    where text[index] == UInt8(ascii: ":")
      && (index + 1 == text.endIndex || text[index + 1] == UInt8(ascii: " "))
    {
      throw refusal("a second ': ' in one line; quote the value")
    }
    return String(decoding: text, as: UTF8.self)
  }

  func refusal(_ message: String) -> CommandError {
    .data("\(file):\(min(row, lines.count - 1) + 1): \(message)")
  }

  /// Goes to the next line that holds more than a comment; false at the end of the document.
  private mutating func skipBlank() throws(CommandError) -> Bool {
    while row < lines.count {
      let line = lines[row]
      guard let first = line.firstIndex(where: { $0 != UInt8(ascii: " ") }) else {
        row += 1
        continue
      }
      if line[first] == UInt8(ascii: "\t") { throw refusal("a tab; use spaces") }
      if line[first] != UInt8(ascii: "#") { return true }
      row += 1
    }
    return false
  }

  private func indentation() throws(CommandError) -> Int {
    lines[row].firstIndex { $0 != UInt8(ascii: " ") } ?? lines[row].count
  }

  private func isBlank(_ line: [UInt8]) -> Bool {
    let first = line.first { $0 != UInt8(ascii: " ") }
    return first == nil || first == UInt8(ascii: "#")
  }

  private func isEntry(_ line: [UInt8], at column: Int) -> Bool {
    line[column] == UInt8(ascii: "-")
      && (column + 1 == line.count || line[column + 1] == UInt8(ascii: " "))
  }

  /// The key that starts at the column and the index behind its colon; nil when the line holds no
  /// `key:`.
  private func keyEnd(at column: Int) throws(CommandError) -> (text: String, end: Int)? {
    let line = lines[row]
    if line[column] == UInt8(ascii: "\"") || line[column] == UInt8(ascii: "'") {
      var end = column
      let text = try quoted(at: &end)
      while end < line.count, line[end] == UInt8(ascii: " ") { end += 1 }
      guard end < line.count, line[end] == UInt8(ascii: ":"),
        end + 1 == line.count || line[end + 1] == UInt8(ascii: " ")
      else { return nil }
      return (text, end + 1)
    }
    if "[{|>".utf8.contains(line[column]) { return nil }
    let stop = commentStart(in: line, from: column) ?? line.count
    for index in column..<stop
    where line[index] == UInt8(ascii: ":")
      && (index + 1 == line.count || [0x20, 0x09].contains(line[index + 1]))
    {
      try refuseIndicator(line[column])
      var key = line[column..<index]
      while key.last == UInt8(ascii: " ") { key.removeLast() }
      if key.contains(UInt8(ascii: "\t")) { throw refusal("a tab; use spaces") }
      return (String(decoding: key, as: UTF8.self), index + 1)
    }
    return nil
  }

  /// Nothing but a comment may follow a value.
  mutating func endOfLine(from column: Int) throws(CommandError) {
    let rest = lines[row][column...].drop { $0 == UInt8(ascii: " ") }
    if rest.first == UInt8(ascii: "\t") { throw refusal("a tab; use spaces") }
    guard rest.isEmpty || (rest.first == UInt8(ascii: "#") && rest.startIndex > column) else {
      throw refusal("unexpected text behind the value")
    }
    row += 1
  }

  /// The index of a comment: `#` after a space, YAML 1.2 section 6.6.
  func commentStart(in line: [UInt8], from column: Int) -> Int? {
    line.indices.dropFirst(column).first {
      $0 > 0 && line[$0] == UInt8(ascii: "#") && [0x20, 0x09].contains(line[$0 - 1])
    }
  }

  func refuseIndicator(_ byte: UInt8) throws(CommandError) {
    switch byte {
    case UInt8(ascii: "&"): throw refusal("anchors are not supported")
    case UInt8(ascii: "*"):
      throw refusal("aliases are not supported; quote the value if it is text")
    case UInt8(ascii: "!"): throw refusal("tags are not supported; quote the value if it is text")
    case UInt8(ascii: "?"):
      throw refusal("complex keys are not supported; quote the value if it is text")
    case UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: ","),
      UInt8(ascii: "]"), UInt8(ascii: "}"),
      UInt8(ascii: ":"):
      throw refusal("a value cannot start with '\(Character(Unicode.Scalar(byte)))'; quote it")
    default: return
    }
  }
}
