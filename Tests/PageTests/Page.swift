/// A page in Markdown: what it links to, what can be linked to in it, and what it shows as code.
/// Reads the part of Markdown that the pages use (GitHub Flavored Markdown).
struct Page {
  /// A link or an image.
  struct Link: Equatable {
    let target: String
    /// From 1.
    let line: Int
  }

  /// A line of a code block, or an inline code span with its spaces as one.
  struct Code: Equatable {
    let text: String
    let isSpan: Bool
    let line: Int
  }

  let lines: [String]
  private(set) var links: [Link] = []
  private(set) var codes: [Code] = []
  /// Names of references that are used and defined nowhere.
  private(set) var undefined: [Link] = []
  /// What GitHub makes of the headings: `#read-the-output`.
  private(set) var anchors: Set<String> = []

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var prose: [String] = []
    for block in Self.blocks(lines) {
      switch block {
      case .code(let line, let number):
        prose.append("")
        // A backslash at its end joins a line to the next one, as in a shell.
        if let last = codes.last, !last.isSpan, last.text.hasSuffix(" \\") {
          codes[codes.count - 1] = Code(
            text: last.text.dropLast() + line, isSpan: false, line: last.line)
        } else {
          codes.append(Code(text: line, isSpan: false, line: number))
        }
      case .prose(let line):
        prose.append(line)
      }
    }
    readHeadings(prose)
    readProse(prose.joined(separator: "\n"))
  }

  private enum Block {
    case code(String, line: Int)
    case prose(String)
  }

  /// Fenced code, and code that is indented after an empty line (CommonMark 4.4 and 4.5).
  private static func blocks(_ lines: [String]) -> [Block] {
    var blocks: [Block] = []
    var (isFenced, isIndented, afterEmpty) = (false, false, true)
    for (index, line) in lines.enumerated() {
      let isFence = line.hasPrefix("```")
      isIndented = !isFenced && line.hasPrefix("    ") && (isIndented || afterEmpty)
      if isFence || isFenced || isIndented {
        blocks.append(.code(isFence ? "" : line, line: index + 1))
      } else {
        blocks.append(.prose(line))
      }
      if isFence { isFenced.toggle() }
      afterEmpty = line.isEmpty
    }
    return blocks
  }

  private mutating func readHeadings(_ prose: [String]) {
    var uses: [String: Int] = [:]
    for line in prose {
      guard let heading = line.wholeMatch(of: /#{1,6} +(.+)/)?.1 else { continue }
      let name = heading.lowercased().filter {
        $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
      }.replacing(" ", with: "-")
      let earlier = uses[name, default: 0]
      uses[name] = earlier + 1
      anchors.insert(earlier == 0 ? name : "\(name)-\(earlier)")
    }
  }

  private mutating func readProse(_ text: String) {
    func line(of index: String.Index) -> Int { text[..<index].count { $0 == "\n" } + 1 }
    // A span may hold what looks like a link, so spans are read first, and taken out.
    var rest = text
    for span in text.matches(of: /`([^`]+)`/) {
      let code = span.1.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      codes.append(Code(text: code, isSpan: true, line: line(of: span.range.lowerBound)))
      rest.replaceSubrange(
        span.range, with: text[span.range].map { $0 == "\n" ? "\n" : "x" } as [Character])
    }
    func number(_ index: String.Index) -> Int { rest[..<index].count { $0 == "\n" } + 1 }
    var definitions: Set<String> = []
    for match in rest.matches(of: /(?m)^\[([^\]]+)\]: +(\S+)$/) {
      definitions.insert(match.1.lowercased())
      links.append(Link(target: String(match.2), line: number(match.range.lowerBound)))
    }
    for match in rest.matches(of: /\[[^\[\]]*\]\(([^()\s]+)\)/) {
      links.append(Link(target: String(match.1), line: number(match.range.lowerBound)))
    }
    for match in rest.matches(of: /\[[^\[\]]*\]\[([^\[\]]+)\]/)
    where !definitions.contains(match.1.lowercased()) {
      undefined.append(Link(target: String(match.1), line: number(match.range.lowerBound)))
    }
    for match in rest.matches(of: /(?:src|href)="([^"]*)"/) {
      links.append(Link(target: String(match.1), line: number(match.range.lowerBound)))
    }
  }
}
