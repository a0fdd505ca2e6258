import Comparison

/// Failures as the page holds them: a short list for each, since there may be many thousands. What
/// follows from its pod, such as the time since the deletion, is left out.
struct PackedFailures: Encodable, Equatable, Sendable {
  /// The words that `rows` name by their place; the empty one stands for no pod.
  private(set) var words: [String] = []
  private(set) var rows: [Line] = []

  /// `[sent, took, phase, door, kind, outcome, pod, id]`, instants to a tenth of a millisecond.
  struct Line: Encodable, Equatable, Sendable {
    let sent: Double
    let took: Double
    /// Places of phase, door, kind, outcome and pod.
    let words: [Int]
    let id: String

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(sent)
      try list.encode(took)
      for word in words { try list.encode(word) }
      try list.encode(id)
    }
  }

  init(_ failures: some Sequence<FailedRequest>) {
    var places: [String: Int] = [:]
    for failure in failures {
      let used = [
        failure.phase.rawValue, failure.door.rawValue, failure.kind.rawValue,
        failure.outcome.rawValue, failure.pod ?? "",
      ]
      let line = used.map { word in
        if let place = places[word] { return place }
        places[word] = words.count
        words.append(word)
        return words.count - 1
      }
      rows.append(
        Line(
          sent: Self.rounded(failure.sent), took: Self.rounded(failure.took), words: line,
          id: failure.id))
    }
  }

  private static func rounded(_ seconds: Double) -> Double {
    (seconds * 10_000).rounded() / 10_000
  }
}
