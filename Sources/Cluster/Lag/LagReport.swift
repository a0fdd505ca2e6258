import Comparison

/// What many deletions have shown, and what follows from it.
struct LagReport: Equatable, Sendable {
  /// Several deletions.
  struct Series: Equatable, Sendable {
    let samples: [LagSample]

    private var sorted: [Double] { samples.map(\.lag).sorted() }
    var minimum: Double { sorted.first ?? 0 }
    var maximum: Double { sorted.last ?? 0 }
    var median: Double {
      let sorted = sorted
      guard !sorted.isEmpty else { return 0 }
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
  }

  /// Deleted alone, after a time in which nothing changed.
  let quiet: Series
  /// Deleted one right after the other, as in a rollout.
  let burst: Series

  init(quiet: [LagSample], burst: [LagSample]) {
    (self.quiet, self.burst) = (Series(samples: quiet), Series(samples: burst))
  }

  private var error: Double { (quiet.samples + burst.samples).map(\.error).max() ?? 0 }

  /// Seconds for `preStop`: twice the longest lag of a burst, and kube-proxy's `minSyncPeriod`.
  var preStop: Int { Int((burst.maximum * 2 + 1).rounded(.up)) }

  /// With these the rehearsal's proxies are as late as this cluster's were in bursts.
  var options: String {
    func milliseconds(_ seconds: Double) -> String { "\(Int((seconds * 1000).rounded()))ms" }
    return "lag=\(milliseconds(burst.minimum)) "
      + "jitter=\(milliseconds(burst.maximum - burst.minimum))"
  }

  /// - Parameter current: the preStop of the step that is deployed, in seconds.
  func lines(preStop current: Int) -> [String] {
    var table = Table([
      ("deleted", .left), ("pods", .right), ("median", .right), ("minimum", .right),
      ("maximum", .right),
    ])
    for (name, series) in [("alone", quiet), ("in bursts", burst)] where !series.samples.isEmpty {
      table.add(
        [name, "\(series.samples.count)"]
          + [series.median, series.minimum, series.maximum].map { "\($0.fixed(2)) s" })
    }
    let word =
      preStop <= current
      ? "the step's preStop of \(current) s is enough"
      : "the step's preStop of \(current) s is short: k8s/v5 and those after it need the larger one"
    var lines = ["new connections reached a pod after its deletion for:"]
    lines += table.lines().map { "  \($0)" }
    lines += [
      "  each right to ±\(error.fixed(2)) s, the time between two requests to one pod",
      "kube-proxy writes a change at once after a quiet spell, then at most once a second (its",
      "minSyncPeriod, 1 s by default): a rollout's changes wait for each other, so bursts count",
      "preStop: \(preStop) s (twice the maximum in bursts and a minSyncPeriod, rounded up)",
      word,
    ]
    if burst.maximum > Double(current) - 0.5 {
      lines.append(
        "requests came until the preStop sleep of \(current) s was over: measure with a longer one")
    }
    return lines + ["to rehearse it: make rehearse \(options)"]
  }
}
