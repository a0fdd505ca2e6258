import Comparison
import Shared

/// Whether a subject's loop kept up: how late it woke from its sleeps, and how many requests it
/// made.
struct LoopLateness {
  static let period = Duration.milliseconds(250)
  /// Later than this, and the harness itself delays requests by about as much as a request takes.
  static let tolerance = Duration.milliseconds(100)

  /// A row is not believed after a single stall of this length: requests, probes, the proxies' lag
  /// and what pods wait for are then longer than the row says they are.
  static let stall = Duration.seconds(1)

  private var lateness = LatencyHistogram()
  private var longest = Duration.zero
  private var last: (sent: Int, at: MonotonicTime)?

  /// - Parameter slept: how long a sleep of `period` took.
  mutating func beat(_ slept: Duration) {
    lateness.add(slept - Self.period)
    longest = max(longest, slept - Self.period)
  }

  /// Requests per second since the last call.
  mutating func rate(sent: Int) -> Double {
    defer { last = (sent, .now) }
    guard let last else { return 0 }
    return Double(sent - last.sent) / max(0.001, (MonotonicTime.now - last.at) / .seconds(1))
  }

  /// Why the row should not be believed; empty when it should.
  var complaints: [String] {
    var complaints: [String] = []
    if longest > Self.stall {
      complaints.append(
        "the harness stood still for \(longest.inMilliseconds), at most "
          + "\(Self.stall.inMilliseconds) is allowed")
    }
    let late = lateness.percentile(0.95)
    if late > Int64(Self.tolerance / .microseconds(1)) {
      complaints.append(
        "the harness woke up to \(late / 1000) ms late (95 %), at most "
          + "\(Self.tolerance.inMilliseconds) is allowed")
    }
    return complaints
  }
}
