/// Which rooms and modules may use which: the first fenced block `text` below "## Map" of
/// `docs/architecture.md`.
///
/// A line without indentation is a module, an indented one a room of it: `Client -> HTTP, Loop`.
struct RoomMap {
  struct Arrow: Hashable, CustomStringConvertible {
    let from: String
    let to: String

    var description: String { "\(from) -> \(to)" }
  }

  struct Malformed: Error { let line: String }

  /// The rooms of each module; those of a module that has none are empty.
  private(set) var rooms: [String: [String]] = [:]
  /// Between modules by their names, between rooms as `Shared/Client`.
  private(set) var arrows: Set<Arrow> = []

  init(_ page: String) throws {
    var module = ""
    for line in Self.block(of: page) where !line.allSatisfy({ $0 == " " }) {
      let parts = line.split(separator: "->", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0].filter { $0 != " " }
      let targets = parts.count == 2 ? parts[1].split(separator: ",") : []
      if !line.hasPrefix(" ") {
        module = name
        rooms[module] = []
      } else if module.isEmpty {
        throw Malformed(line: line)
      } else {
        rooms[module]?.append(name)
      }
      let prefix = line.hasPrefix(" ") ? module + "/" : ""
      for target in targets {
        arrows.insert(Arrow(from: prefix + name, to: prefix + target.filter { $0 != " " }))
      }
    }
  }

  private static func block(of page: String) -> [String] {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return Array(
      lines.drop { $0 != "## Map" }.drop { $0 != "```text" }.dropFirst().prefix { $0 != "```" })
  }

  /// A way that leads back to where it began; nil when there is none.
  func circle() -> [String]? {
    var finished: Set<String> = []
    for start in Set(arrows.map(\.from)).sorted() {
      if let circle = circle(from: [start], &finished) { return circle }
    }
    return nil
  }

  private func circle(from way: [String], _ finished: inout Set<String>) -> [String]? {
    guard let last = way.last, !finished.contains(last) else { return nil }
    for next in arrows.filter({ $0.from == last }).map(\.to).sorted() {
      if let begin = way.firstIndex(of: next) { return way[begin...] + [next] }
      if let circle = circle(from: way + [next], &finished) { return circle }
    }
    finished.insert(last)
    return nil
  }
}
