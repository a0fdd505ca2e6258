import Libc
import Shared

@testable import TestSupport

/// Looks for what a page says and the repository does not have: files, anchors, commands, knobs.
struct PageCheck {
  let targets: MakeTargets
  /// Folders that only a run makes: `results`, `.state`.
  let ignored: Set<String>
  private let names: Set<String>

  init(targets: MakeTargets) throws {
    self.targets = targets
    ignored = Set(
      try Repository.lines(".gitignore").map { $0.split(separator: "/").joined(separator: "/") })
    let folders = ["Sources", "Tests", "Scripts", "docs", "k6", "k8s", ".ci"]
    let files = folders.flatMap { Repository.files(below: $0) } + (Repository.names(in: ".") ?? [])
    names = Set(files.map { String($0.split(separator: "/").last ?? "") })
  }

  /// One line for each problem: `README.md:12: …`.
  /// - Parameter path: of the page, from the root.
  func problems(of page: Page, at path: String) throws -> [String] {
    var problems: [(line: Int, text: String)] = []
    for link in page.links {
      if let text = try problem(of: link.target, in: page, at: path) {
        problems.append((link.line, text))
      }
    }
    for link in page.undefined { problems.append((link.line, "[\(link.target)] is not defined")) }
    for code in page.codes { problems += self.problems(of: code, at: path).map { (code.line, $0) } }
    for (index, line) in page.lines.enumerated() where line.count > 100 {
      problems.append((index + 1, "\(line.count) columns"))
    }
    return problems.sorted { $0.line < $1.line }.map { "\(path):\($0.line): \($0.text)" }
  }

  // A URL is read, not followed: the tests need no network.
  private func problem(of target: String, in page: Page, at path: String) throws -> String? {
    if target.contains(":") {
      let isURL = target.wholeMatch(of: /https?:\/\/[A-Za-z0-9.-]+(:\d+)?([\/?#]\S*)?/) != nil
      return isURL ? nil : "\(target) is not a URL"
    }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let file = parts[0].isEmpty ? path : Self.resolve(parts[0], from: path) else {
      return "\(target) leads out of the repository"
    }
    guard file == path || Self.exists(file) else { return "\(target) does not exist" }
    guard parts.count == 2 else { return nil }
    let anchors = file == path ? page.anchors : Page(try Repository.text(file)).anchors
    return anchors.contains(parts[1]) ? nil : "\(target): \(file) has no such heading"
  }

  private func problems(of code: Page.Code, at path: String) -> [String] {
    var problems: [String] = []
    let commands = MakeCommand.all(in: code.text)
    for command in commands {
      for target in command.targets where targets.knobs[target] == nil {
        problems.append("make has no target \(target)")
      }
      for knob in command.knobs {
        let known = command.targets.filter { targets.knobs[$0] != nil }
        if !known.isEmpty, !known.contains(where: { targets.has(knob, for: $0) }) {
          problems.append("make \(known.joined(separator: " ")) has no knob \(knob)=")
        }
      }
    }
    if code.isSpan, commands.isEmpty { problems += self.problems(ofSpan: code.text, at: path) }
    if !code.isSpan {
      // In a block other words may look like a path, so only known folders are looked into.
      for word in code.text.split(whereSeparator: \.isWhitespace).map(String.init)
      where Self.isPath(word) && Repository.names(in: Self.first(of: word)) != nil
        && !ignored.contains(Self.first(of: word))
      {
        if !Self.exists(word) { problems.append("\(word) does not exist") }
      }
    }
    return problems
  }

  private func problems(ofSpan text: String, at path: String) -> [String] {
    // A line of the service's log is not a list of knobs.
    if text.hasPrefix("msg=") { return [] }
    let words = text.split(separator: " ").map(String.init)
    let knobs = words.compactMap { $0.wholeMatch(of: /([A-Za-z][A-Za-z_-]*)=.*/)?.1 }
    if !knobs.isEmpty {
      return knobs.filter { !targets.has(String($0)) }.map { "no command has a knob \($0)=" }
    }
    if text.wholeMatch(of: /[A-Z][A-Z0-9]*(_[A-Z0-9]+)+/) != nil {
      return targets.environment.contains(text) ? [] : ["nothing reads \(text)"]
    }
    if Self.isPath(text) {
      let places = [text, Self.resolve(text, from: path), "Sources/\(text)"].compactMap { $0 }
      let isMadeByRun = ignored.contains(Self.first(of: text))
      return isMadeByRun || places.contains(where: Self.exists) ? [] : ["\(text) does not exist"]
    }
    if text.wholeMatch(of: /[\w-]+\.(swift|yaml|sh|js|mjs|md|svg|cfg)/) != nil {
      return names.contains(text) ? [] : ["there is no file \(text)"]
    }
    return []
  }

  private static func isPath(_ text: String) -> Bool {
    text.wholeMatch(of: /[\w.-]+(\/[\w.-]+)+\/?/) != nil
  }

  private static func first(of path: String) -> String {
    String(path.prefix { $0 != "/" })
  }

  private static func exists(_ path: String) -> Bool {
    access(Repository.root + path, F_OK) == 0
  }

  /// A path from the root; nil when it leads out of it.
  private static func resolve(_ target: String, from page: String) -> String? {
    var parts = page.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/").map(String.init) where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}
