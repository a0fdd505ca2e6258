/// Text of several lines behind `|` or `>` (YAML 1.2 section 8.1).
extension YAMLReader {
  private enum Chomping { case clip, strip, keep }

  /// The scalar whose header starts at the column; afterwards `row` is the line behind it.
  /// - Parameter parent: the indentation that its lines have to exceed.
  mutating func blockScalar(at column: Int, parent: Int) throws(CommandError) -> YAMLNode {
    let number = row + 1
    let isFolded = lines[row][column] == UInt8(ascii: ">")
    var (chomping, given) = (Chomping.clip, Int?.none)
    var index = column + 1
    header: while index < lines[row].count {
      switch lines[row][index] {
      case UInt8(ascii: "-"): chomping = .strip
      case UInt8(ascii: "+"): chomping = .keep
      case UInt8(ascii: "1")...UInt8(ascii: "9"): given = Int(lines[row][index] - 0x30)
      default: break header
      }
      index += 1
    }
    try endOfLine(from: index)
    var content = try blockLines(parent: parent, indent: given.map { max(0, parent) + $0 })
    var blank = 0
    while content.last == "" {
      content.removeLast()
      blank += 1
    }
    var text = isFolded ? Self.folded(content) : content.joined(separator: "\n")
    switch chomping {
    case .clip: if !text.isEmpty { text += "\n" }
    case .strip: break
    case .keep: text += String(repeating: "\n", count: blank + (text.isEmpty ? 0 : 1))
    }
    return YAMLNode(line: number, content: .scalar(text, plain: false))
  }

  /// The lines without their indentation: that of the first which is not empty, unless given. They
  /// are indented at least by one space, as for kubectl's reader, so that a comment may follow.
  private mutating func blockLines(parent: Int, indent: Int?) throws(CommandError) -> [String] {
    var indent = indent
    var content: [String] = []
    while row < lines.count {
      let line = lines[row]
      let own = line.firstIndex { $0 != UInt8(ascii: " ") }
      if let own {
        if own <= max(0, parent) { break }
        let wanted = indent ?? own
        indent = wanted
        guard own >= wanted else {
          // A comment may stand there, behind the text.
          if line[own] == UInt8(ascii: "#") { break }
          throw refusal("the indentation does not fit what stands above")
        }
        content.append(String(decoding: line[wanted...], as: UTF8.self))
      } else {
        content.append(
          String(decoding: line.dropFirst(indent ?? line.count), as: UTF8.self))
      }
      row += 1
    }
    return content
  }

  /// One line end becomes a space, but beside lines that are indented further; empty lines become
  /// line ends.
  private static func folded(_ lines: [String]) -> String {
    var text = ""
    var empty = 0
    var last: String?
    for line in lines {
      if line.isEmpty {
        empty += 1
        continue
      }
      if let last {
        let isKept = [line, last].contains { $0.hasPrefix(" ") || $0.hasPrefix("\t") }
        text +=
          empty == 0
          ? (isKept ? "\n" : " ") : String(repeating: "\n", count: empty + (isKept ? 1 : 0))
      } else {
        text = String(repeating: "\n", count: empty)
      }
      text += line
      (empty, last) = (0, line)
    }
    return text
  }
}
