import Comparison

/// `make compare`: what the rehearsal and the cluster showed, side by side, and where they
/// disagree.
struct SideBySide: ClusterCommand {
  static let rehearsalFolder = "results/rehearsal"
  static let clusterFolder = "results/cluster"

  private var choice = RowChoice()
  private var rows = Row.all
  private var rehearsal = SideBySide.rehearsalFolder
  private var cluster = SideBySide.clusterFolder

  /// It runs no program.
  init(environment: [String]) {}

  static let syntax = CommandSyntax<SideBySide>(
    Subcommand.sideBySide.rawValue, "rehearsal and cluster side by side, and where they disagree",
    options: Option.rows("one below the other", to: \.choice) + [
      .folder(
        "rehearsal", "results", "of a rehearsal's JSON (default \(rehearsalFolder))",
        to: \.rehearsal),
      .folder(
        "cluster", "results", "of a cluster's JSON (default \(clusterFolder))", to: \.cluster),
    ]
  ) { command throws(CommandError) in command.rows = try command.choice.rows() }

  /// - Returns: 0 when all rows are there and no two disagree.
  /// - Throws: `CommandError` when a result is there and cannot be read.
  func run() throws(CommandError) -> Int32 {
    var pairs: [Pair] = []
    for row in rows {
      pairs.append(
        Pair(row: row, rehearsal: try read(row, rehearsal), cluster: try read(row, cluster)))
    }
    Console.lines(Self.lines(pairs))
    return pairs.allSatisfy { $0.isWhole && $0.disagreements.isEmpty } ? 0 : 1
  }

  private func read(_ row: Row, _ folder: String) throws(CommandError) -> RowResult? {
    do throws(CommandError) {
      return try ResultFile.read(ResultFile.path(of: row.name, in: folder))
    } catch {
      guard error.status == .noInput else { throw error }
      return nil
    }
  }

  /// A row as both have seen it; nil where it was not run.
  struct Pair: Equatable, Sendable {
    let row: Row
    let rehearsal: RowResult?
    let cluster: RowResult?

    var isWhole: Bool { rehearsal != nil && cluster != nil }

    /// What one of them says and the other does not. What neither judged is no disagreement.
    var disagreements: [String] {
      guard let rehearsal, let cluster else { return [] }
      var lines: [String] = []
      let (one, other) = (
        rehearsal.verdict?.word ?? "not judged", cluster.verdict?.word ?? "not judged"
      )
      if one != other { lines.append("verdict: \(one) in the rehearsal, \(other) on the cluster") }
      for finding in rehearsal.verdict?.findings ?? [] {
        guard let seen = cluster.verdict?.findings.first(where: { $0.claim == finding.claim }),
          seen.holds != finding.holds
        else {
          continue
        }
        lines.append(
          "\(finding.claim): \(finding.seen) in the rehearsal, \(seen.seen) on the cluster")
      }
      for door in Door.rehearsed {
        guard let difference = Self.difference(rehearsal.counts, cluster.counts, door) else {
          continue
        }
        lines.append("failures through \(door.rawValue): \(difference)")
      }
      if let one = rehearsal.audit, let other = cluster.audit, (one.lost == 0) != (other.lost == 0)
      {
        lines.append(
          "lost operations: \(one.lost.grouped) in the rehearsal, \(other.lost.grouped) on the "
            + "cluster"
        )
      }
      return lines
    }

    /// What was not the same on both sides, and may be why they disagree.
    var conditions: [String] {
      guard let rehearsal, let cluster else { return [] }
      func differ(_ name: String, _ one: String?, _ other: String?) -> String? {
        one == other || one == nil || other == nil
          ? nil : "\(name) \(one ?? "") in the rehearsal, \(other ?? "") on the cluster"
      }
      func number(_ value: Int?) -> String { value.map { "\($0)" } ?? "none" }
      let (one, other) = (rehearsal.parameters, cluster.parameters)
      return [
        differ("commit", rehearsal.commit, cluster.commit),
        differ("executable", one.executable, other.executable),
        differ("replicas", "\(one.replicas)", "\(other.replicas)"),
        differ("clients", "\(one.clients)", "\(other.clients)"),
        differ("grace", "\(one.grace) s", "\(other.grace) s"),
        differ("preStop", number(one.preStop), number(other.preStop)),
        differ(
          "phases", one.phases.map(\.rawValue).joined(separator: " "),
          other.phases.map(\.rawValue).joined(separator: " ")),
        differ(
          "kinds", one.kinds.map(\.rawValue).joined(separator: " "),
          other.kinds.map(\.rawValue).joined(separator: " ")),
        one.lag.map { "lag=\($0.fixed(2)) s in the rehearsal" },
        one.influxFault.map { "influx-fault=\($0) in the rehearsal" },
      ].compactMap(\.self)
    }

    /// More than an order of magnitude between two shares, or some failures where there are none.
    /// One or two among thousands are no share.
    static func difference(_ rehearsal: Counts, _ cluster: Counts, _ door: Door) -> String? {
      let sent = (rehearsal.sum(nil, door), cluster.sum(nil, door))
      guard sent.0 > 0, sent.1 > 0 else { return nil }
      let failed = (rehearsal.sum(nil, door) { $0 != .ok }, cluster.sum(nil, door) { $0 != .ok })
      let few = 3
      guard failed.0 >= few || failed.1 >= few else { return nil }
      let shares = (Double(failed.0) / Double(sent.0), Double(failed.1) / Double(sent.1))
      let (low, high) = (min(shares.0, shares.1), max(shares.0, shares.1))
      guard low == 0 || high / low > 10 else { return nil }
      return
        "\(failed.0.grouped) of \(sent.0.grouped) in the rehearsal, \(failed.1.grouped) of "
        + "\(sent.1.grouped) on the cluster"
    }
  }

  /// What is missing, and how to get it.
  static func gaps(_ pairs: [Pair]) -> [String] {
    func gap(_ what: String, _ target: String, _ isMissing: (Pair) -> Bool) -> [String] {
      let names = pairs.filter(isMissing).map(\.row.name).joined(separator: " ")
      return names.isEmpty ? [] : ["\(what): \(names); make \(target) rows=\"\(names)\""]
    }
    return gap("not rehearsed", "rehearse") { $0.rehearsal == nil }
      + gap("not run on a cluster", "k8s-compare") { $0.cluster == nil }
  }

  static func lines(_ pairs: [Pair]) -> [String] {
    var table = Table([
      ("row", .right), ("", .left), ("sent", .right), ("failed", .right), ("tcp", .right),
      ("http", .right), ("https", .right),
      ("http2", .right),
      ("cut", .right), ("lost", .right), ("verdict", .left),
    ])
    for pair in pairs {
      for (title, result) in [("rehearsal", pair.rehearsal), ("cluster", pair.cluster)] {
        let name = title == "rehearsal" ? pair.row.name : ""
        guard let result else {
          table.add([name, title] + Array(repeating: "–", count: 8) + ["not run"])
          continue
        }
        let counts = result.counts
        let doors = Door.allCases.map { door in
          counts.sum(nil, door) == 0 ? "–" : counts.sum(nil, door) { $0 != .ok }.grouped
        }
        table.add(
          [name, title, counts.sent.grouped, counts.failed.grouped] + doors
            + [
              counts.cut.grouped, result.audit.map { $0.lost.grouped } ?? "–",
              result.verdict?.word ?? "not judged",
            ])
      }
    }
    var lines = [""] + table.lines() + [""]
    lines += gaps(pairs).flatMap { Details.wrap($0, indent: "") }
    for pair in pairs where !pair.conditions.isEmpty {
      let text = pair.conditions.joined(separator: "; ")
      lines += Details.wrap("row \(pair.row.name) was not run alike: \(text)", indent: "")
    }
    for pair in pairs {
      lines += pair.disagreements.flatMap {
        Details.wrap("row \(pair.row.name) disagrees: \($0)", indent: "")
      }
    }
    let whole = pairs.filter(\.isWhole)
    if !whole.isEmpty, whole.allSatisfy(\.disagreements.isEmpty) {
      lines.append(
        "rehearsal and cluster agree in \(whole.count.of("row")): verdicts, claims, and the "
          + "order of magnitude of failures."
      )
    }
    return lines
  }
}
