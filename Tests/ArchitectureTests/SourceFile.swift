@testable import TestSupport

/// A Swift file, and the types that it declares and names.
struct SourceFile {
  /// The folder in `Sources`; the seven steps are one module, `CalcV*`.
  let module: String
  /// The folder in the module; nil for a file beside the rooms, such as `main.swift`.
  let room: String?
  let path: String
  let imports: [String]
  /// Types that other files may name.
  let declared: Set<String>
  /// Types that hide others of their name: nested or private ones, and generic parameters.
  let hidden: Set<String>
  private let code: SwiftCode

  /// - Parameter path: below `Sources`.
  init(_ path: String, _ text: String) {
    let folders = path.split(separator: "/").map(String.init)
    self.path = path
    module = folders[0].hasPrefix("CalcV") ? "CalcV*" : folders[0]
    room = folders.count > 2 ? folders[1] : nil
    code = SwiftCode(text)
    var imports: [String] = []
    var declared: Set<String> = []
    var hidden: Set<String> = []
    for (index, word) in code.words.enumerated().dropLast() where !word.isMember {
      let next = code.words[index + 1].text
      let before = index > 0 ? code.words[index - 1] : nil
      if word.text == "import" { imports.append(next) }
      guard Self.declaring.contains(word.text), Self.isTypeName(next) else { continue }
      let isPrivate =
        before.map { $0.line == word.line && $0.text.hasSuffix("private") } ?? false
        || index > 1 && code.words[index - 2].line == word.line
          && code.words[index - 2].text.hasSuffix("private")
      if word.depth == 0, !isPrivate { declared.insert(next) } else { hidden.insert(next) }
    }
    self.imports = imports
    self.declared = declared
    self.hidden = hidden
  }

  /// The types that it names, each with its first line, without members of others.
  func names() -> [String: Int] {
    var names: [String: Int] = [:]
    for word in code.words where !word.isMember && Self.isTypeName(word.text) {
      if names[word.text] == nil { names[word.text] = word.line }
    }
    return names
  }

  private static let declaring: Set<String> = [
    "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype",
  ]

  private static func isTypeName(_ word: String) -> Bool { word.first?.isUppercase ?? false }
}

extension SourceFile {
  /// All Swift files of the repository's modules.
  static func all() throws -> [SourceFile] {
    try Repository.files(below: "Sources").filter { $0.hasSuffix(".swift") }.map {
      SourceFile(String($0.dropFirst("Sources/".count)), try Repository.text($0))
    }
  }
}
