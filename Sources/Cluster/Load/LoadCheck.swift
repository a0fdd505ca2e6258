import Comparison

/// Whether what several k6 have written is all that their clients saw: why not, one line each.
enum LoadCheck {
  /// How long they were to report.
  enum End: Equatable, Sendable {
    /// To an end of their own, which k6 states.
    case own
    /// Until a moment, in seconds since 1970 by this machine's clock.
    case at(Double)
  }

  static func complaints(_ logs: [LoadLog], to end: End, report: Int = 1) -> [String] {
    guard !logs.isEmpty else { return ["no k6 has written anything"] }
    return silence(logs, end, Double(report)) + gaps(logs) + ownSide(logs)
  }

  private static func silence(_ logs: [LoadLog], _ end: End, _ report: Double) -> [String] {
    let mute = logs.filter(\.progress.isEmpty)
    var complaints: [String] = []
    if let one = mute.first {
      complaints.append(
        "\(mute.count.of("k6", "k6")) told of no request: \(one.lastWords ?? "no reason given")")
    }
    let told = logs.filter { !$0.progress.isEmpty }
    switch end {
    case .own:
      let cut = told.filter { $0.sentToItsEnd == nil }
      guard let one = cut.first else { break }
      complaints.append(
        "\(cut.count.of("k6", "k6")) did not come to an end: "
          + "\(one.lastWords ?? "it does not say why")")
    case .at(let moment):
      let silent = told.filter { $0.silentUsers(before: moment, report: report) > 0 }
      guard !silent.isEmpty else { break }
      let users = silent.reduce(0) { $0 + $1.silentUsers(before: moment, report: report) }
      let names = silent.map { "\($0.door.rawValue)-\($0.kind.rawValue)" }
      complaints.append(
        "\(users.of("client")) fell silent before the end, of "
          + Set(names).sorted().joined(separator: ", "))
    }
    return complaints
  }

  /// A kubelet keeps two files of a log and shows the newest; a node may lose them.
  private static func gaps(_ logs: [LoadLog]) -> [String] {
    let missing = logs.reduce(0) { $0 + $1.missingLines }
    let unknown = logs.reduce(0) { $0 + $1.notKnown }
    guard missing > 0 || unknown > 0 else { return [] }
    let lines = logs.reduce(0) { $0 + $1.expectedLines }
    return [
      "the logs of k6 have gaps: \(missing.grouped) of \(lines.of("line")) are missing, and "
        + "\(unknown.of("request")) not known"
    ]
  }

  private static func ownSide(_ logs: [LoadLog]) -> [String] {
    var complaints: [String] = []
    let own = logs.reduce(0) { $0 + $1.ownFailures }
    if own > 0 {
      let example = logs.flatMap(\.failures).first { $0.outcome == nil }?.why ?? ""
      complaints.append(
        "\(own.of("request")) failed for want of something on k6's own side (\(example))")
    }
    let late = logs.filter { ($0.late ?? 0) > 1 }
    if !late.isEmpty {
      complaints.append("\(late.count.of("k6", "k6")) started more than a second after the others")
    }
    return complaints
  }

  /// Each door and kind was answered in each phase; else it is not known what the phase did there.
  static func unanswered(
    _ counts: Counts, _ jobs: [LoadJob], _ phases: [(phase: Phase, name: String)]
  ) -> [String] {
    phases.flatMap { phase, name in
      jobs.filter { job in
        counts.count(phase, job.door, job.kind, .ok) == 0
      }.map { "no \($0.kind.rawValue) client was answered through \($0.door.rawValue) \(name)" }
    }
  }
}
