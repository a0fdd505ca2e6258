/// The documents of a file, parted by `---`, each read by itself.
extension YAMLReader {
  /// The documents of a file; empty ones are left out.
  /// - Throws: `CommandError` (65) with `file:line: …`.
  package static func documents(_ bytes: [UInt8], file: String) throws(CommandError) -> [YAMLNode] {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .data("\(file): is not UTF-8 text")
    }
    guard !bytes.contains(0) else { throw .data("\(file): holds a NUL byte and is not YAML") }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    // The end of the last line begins no other one, which a block scalar could keep.
    let whole = text.last == UInt8(ascii: "\n") ? text.dropLast() : text
    let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      line in
      line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
    }
    var documents: [YAMLNode] = []
    var start = 0
    for end in lines.indices.map({ $0 + 1 }) {
      let marker = end < lines.count ? try marker(lines[end], file: file, line: end + 1) : true
      guard marker else { continue }
      // The lines before the document stay, emptied, so that line numbers are those of the file.
      var before = Array(repeating: [UInt8](), count: start)
      if start < lines.count, try Self.marker(lines[start], file: file, line: start + 1) {
        before.append([])
      }
      var reader = YAMLReader(
        file: file, lines: before + lines[before.count..<max(end, before.count)])
      if let node = try reader.document() { documents.append(node) }
      start = end
    }
    return documents
  }

  /// Whether the line ends a document: `---` or `...` at its very beginning.
  private static func marker(_ line: [UInt8], file: String, line number: Int) throws(CommandError)
    -> Bool
  {
    if line.first == UInt8(ascii: "%") {
      throw .data("\(file):\(number): directives are not supported")
    }
    guard line.starts(with: Array("---".utf8)) || line.starts(with: Array("...".utf8)) else {
      return false
    }
    let rest = line.dropFirst(3).drop { $0 == UInt8(ascii: " ") }
    if rest.isEmpty || (rest.first == UInt8(ascii: "#") && rest.startIndex > 3) { return true }
    guard rest.startIndex > 3 else { return false }
    throw .data("\(file):\(number): put what follows the document marker on its own line")
  }
}
