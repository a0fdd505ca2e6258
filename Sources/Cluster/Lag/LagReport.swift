import Comparison

/// How long after its deletion a pod still got new connections, from its own log.
struct LagSample: Equatable, Sendable {
  /// A line of the pod's log about a request: its stamp by the node's clock, and when it came here,
  /// both in seconds.
  struct Line: Equatable, Sendable {
    var stamp: Double
    var came: Double
  }

  /// Between a request's arrival and its line: the service answers, and logs, after this.
  static let work = 0.1

  /// From the deletion to the arrival of the last request, in seconds; not below 0.
  let lag: Double
  /// By how much it may be wrong in either direction, in seconds.
  let error: Double

  /// - Parameters:
  ///   - lines: one for each request, in their order; with connections that are fresh, each is a
  ///     new connection.
  ///   - called: when the deletion was asked for, by this machine's clock.
  ///   - answered: when the API server had done it.
  /// - Returns: nil when the log says too little.
  init?(_ lines: [Line], called: Double, answered: Double) {
    guard lines.count >= 10, let last = lines.last else { return nil }
    // Lines come here a little after their stamps, sometimes later; the fastest one tells how far
    // the node's clock is away.
    let offset = lines.map { $0.came - $0.stamp }.min() ?? 0
    let arrivals = lines.map { $0.stamp + offset - Self.work }
    let deleted = (called + answered) / 2
    lag = max(0, arrivals[arrivals.count - 1] - deleted)
    // The next request would have come so much later: it is not known when within that time they
    // stopped.
    let before = arrivals.filter { $0 < deleted }
    let spacing =
      before.count > 1
      ? (before[before.count - 1] - before[0]) / Double(before.count - 1)
      : last.stamp - lines[0].stamp
    error = spacing + (answered - called) / 2
  }
}

/// What many deletions have shown, and what follows from it.
struct LagReport: Equatable, Sendable {
  let samples: [LagSample]

  private var sorted: [Double] { samples.map(\.lag).sorted() }
  var median: Double {
    let sorted = sorted
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
  var minimum: Double { sorted.first ?? 0 }
  var maximum: Double { sorted.last ?? 0 }
  var error: Double { samples.map(\.error).max() ?? 0 }

  /// Seconds for `preStop`: twice the longest lag that was seen and a second more, since a busy
  /// proxy is slower than any of these were.
  var preStop: Int { Int((maximum * 2 + 1).rounded(.up)) }

  /// With these the rehearsal's proxies are as late as this cluster's were.
  var options: String {
    func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded()))ms" }
    return "lag=\(milliseconds(minimum)) jitter=\(milliseconds(maximum - minimum))"
  }

  func lines(preStop current: Int) -> [String] {
    let word =
      preStop <= current
      ? "the step's preStop of \(current) s is enough"
      : "the step's preStop of \(current) s is short: k8s/v5 and those after it need the larger one"
    return [
      "new connections reached a pod after its deletion for, in \(samples.count.of("deletion")):",
      "  median  \(median.fixed(2)) s", "  minimum \(minimum.fixed(2)) s",
      "  maximum \(maximum.fixed(2)) s",
      "  each right to ±\(error.fixed(2)) s (time between two requests to one pod, and of the "
        + "call that deletes)",
      "preStop: \(preStop) s (twice the maximum and a second, rounded up); \(word)",
      "to rehearse it: make rehearse \(options)",
    ]
  }
}
