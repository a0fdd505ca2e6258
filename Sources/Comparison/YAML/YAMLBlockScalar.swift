/// Literal (`|`) and folded (`>`) scalars, YAML 1.2 section 8.1.
extension YAMLReader {
  private enum Chomping { case clip, strip, keep }

  package mutating func blockScalar(at column: Int, parent: Int) throws(Refusal) -> YAMLNode {
    let number = row + 1
    let folded = lines[row][column] == UInt8(ascii: ">")
    var (chomping, indent) = try header(at: column + 1, parent: parent)
    row += 1
    var content: [[UInt8]] = []
    while row < lines.count {
      let line = lines[row]
      let first = line.firstIndex { $0 != UInt8(ascii: " ") } ?? line.count
      if first == line.count {
        content.append(indent.map { Array(line.dropFirst($0)) } ?? [])
      } else {
        let depth = indent ?? first
        guard first >= depth, depth > parent else { break }
        if indent == nil, line[first] == UInt8(ascii: "\t") { throw refusal("a tab; use spaces") }
        indent = depth
        content.append(Array(line.dropFirst(depth)))
      }
      row += 1
    }
    let end = content.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    let trailing = content.count - end
    var text = folded ? fold(content[..<end]) : Array(content[..<end].joined(separator: [0x0A]))
    switch chomping {
    case .strip: break
    case .clip: if end > 0 { text.append(0x0A) }
    case .keep: text += Array(repeating: 0x0A, count: trailing + (end > 0 ? 1 : 0))
    }
    return YAMLNode(
      line: number, content: .scalar(String(decoding: text, as: UTF8.self), plain: false))
  }

  private func header(at column: Int, parent: Int) throws(Refusal) -> (Chomping, Int?) {
    var chomping = Chomping.clip
    var indent: Int?
    let line = lines[row]
    for index in column..<line.count {
      switch line[index] {
      case UInt8(ascii: "-"): chomping = .strip
      case UInt8(ascii: "+"): chomping = .keep
      case UInt8(ascii: "1")...UInt8(ascii: "9"): indent = max(parent, 0) + Int(line[index] - 0x30)
      case UInt8(ascii: " "):
        let rest = line[index...].first { $0 != UInt8(ascii: " ") }
        guard rest == nil || rest == UInt8(ascii: "#") else {
          throw refusal("the text of a block scalar starts in the next line")
        }
        return (chomping, indent)
      default: throw refusal("not the head of a block scalar; quote the value if it is text")
      }
    }
    return (chomping, indent)
  }

  /// A single break between two lines of text becomes a space; breaks around empty and more
  /// indented lines stay.
  private func fold(_ lines: ArraySlice<[UInt8]>) -> [UInt8] {
    var text: [UInt8] = []
    var breaks = 0
    var previous: [UInt8]?
    for line in lines {
      if line.isEmpty {
        breaks += 1
        continue
      }
      let isIndented = { (line: [UInt8]) in line.first == 0x20 || line.first == 0x09 }
      if let before = previous {
        let keeps = isIndented(before) || isIndented(line)
        if keeps { breaks += 1 }
        if breaks == 0 { text.append(0x20) }
      }
      text += Array(repeating: 0x0A, count: breaks)
      breaks = 0
      text += line
      previous = line
    }
    return text
  }
}
