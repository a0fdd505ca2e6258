import Comparison

/// A check's result as a reader sees it, in at most 80 columns.
package enum CheckText {
  private static let width = 80

  package static func introduction(_ result: CheckResult) -> [String] {
    let how =
      result.pid1
      ? "PID 1 of a namespace"
      : "no PID namespace here: SIGTERM is ignored at its start, as PID 1 would"
    let kept = result.keepsConnections ? "connections are kept" : "each connection is closed"
    return wrapped(
      "drain-check of '\(result.command)' (\(how))", indent: 2)
      + wrapped(
        "  \(result.request) is answered \(result.status) in "
          + "\(result.milliseconds.fixed(1)) ms, \(kept); it listens after "
          + "\(result.startMilliseconds.fixed(0)) ms", indent: 2)
  }

  /// One case, as soon as it has been tried.
  package static func line(_ entry: CheckResult.Entry) -> [String] {
    let verdict = entry.verdict == .fails ? "FAILS" : entry.verdict.rawValue
    let level = (entry.failed ?? entry.level).rawValue
    let start = "  \(verdict.padded(to: 9))  \(level.padded(to: 6))  \(entry.name.padded(to: 15))  "
    return wrapped(start + entry.seen, indent: start.count)
  }

  /// The failures, gravest first, each with all that is known of it.
  package static func failures(_ result: CheckResult) -> [String] {
    let failed = result.cases.filter { $0.verdict == .fails }
    return Level.allCases.flatMap { level in failed.filter { $0.failed == level } }.flatMap {
      entry -> [String] in
      let parts = [
        ("rule", entry.source), ("sent", entry.sent), ("came", entry.seen), ("user", entry.user),
        ("mend", entry.mend),
      ]
      let level = entry.failed?.rawValue ?? entry.level.rawValue
      return ["", "\(entry.name) (\(level)): \(entry.sentence)"].flatMap { wrapped($0, indent: 2) }
        + parts.flatMap { name, text in
          wrapped("  \(name)  \(text ?? "")", indent: 8)
        }
    }
  }

  /// The verdict, in at most 20 lines.
  package static func headline(_ result: CheckResult) -> [String] {
    var lines = [""]
    for level in [Level.must, .should] {
      let entries = result.cases.filter { ($0.failed ?? $0.level) == level }
      let holds = entries.count { $0.verdict == .holds }
      let parts = [
        ("\(holds) \(holds == 1 ? "holds" : "hold")", []),
        part("fail", entries.filter { $0.verdict == .fails }),
        part("not tried", entries.filter { $0.verdict == .notTried }),
      ].filter { !$0.0.isEmpty }
      lines += wrapped(
        "\(level.rawValue.padded(to: 6))  "
          + parts.map { $0.0 + ($0.1.isEmpty ? "" : ": " + $0.1.joined(separator: " ")) }
          .joined(separator: "; "), indent: 8)
    }
    return lines + wrapped(verdict(result), indent: 0)
  }

  /// The names of those that were not tried are left out when all have one cause: it stands above.
  private static func part(_ name: String, _ entries: [CheckResult.Entry]) -> (String, [String]) {
    guard !entries.isEmpty else { return ("", []) }
    if name == "not tried", Set(entries.map(\.seen)).count == 1, entries.count > 3 {
      return ("\(entries.count) \(name)", [])
    }
    let verb = name == "fail" && entries.count == 1 ? "fails" : name
    return ("\(entries.count) \(verb)", entries.map(\.name))
  }

  private static func verdict(_ result: CheckResult) -> String {
    let failed = result.cases.count { $0.failed == .must }
    let untried = result.cases.count { $0.level == .must && $0.verdict == .notTried }
    if failed > 0 {
      return "Clients lose requests when '\(result.command)' is stopped: \(failed.of("must")) "
        + "\(failed == 1 ? "fails" : "fail")."
    }
    guard result.cases.contains(where: { $0.level == .must && $0.verdict != .notTried }) else {
      return "No must was tried: nothing is proved."
    }
    return "No client loses a request when '\(result.command)' is stopped"
      + (untried == 0 ? "." : ", as far as it was tried.")
  }

  /// Words on lines of at most 80 columns, the later ones indented.
  static func wrapped(_ text: String, indent: Int) -> [String] {
    var lines: [String] = []
    var rest = Substring(text)
    while rest.count > width {
      let limit = rest.index(rest.startIndex, offsetBy: width)
      let isAfterIndent = { (index: Substring.Index) in
        rest.distance(from: rest.startIndex, to: index) > indent
      }
      guard let space = rest[...limit].lastIndex(of: " "), isAfterIndent(space) else {
        // A word that is wider than a line.
        lines.append(String(rest[..<limit]))
        rest = Substring(String(repeating: " ", count: indent) + rest[limit...])
        continue
      }
      lines.append(String(rest[..<space]))
      rest = Substring(
        String(repeating: " ", count: indent) + rest[rest.index(after: space)...])
    }
    return lines + [String(rest)]
  }
}
