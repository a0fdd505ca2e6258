import Comparison

/// What clients saw, from the logs of their k6: each request in the phase in which it was sent.
struct LoadCounts: Sendable {
  private(set) var counts = Counts()
  private(set) var latency = LatencyHistogram()
  /// Also of what was sent before the first phase. Empty when there is no beginning.
  private(set) var series = RequestSeries()
  /// Those that count, in the order of their sending.
  private(set) var failures: [FailedRequest] = []

  private let spans: PhaseSpans
  private let began: Double?

  /// - Parameters:
  ///   - spans: in seconds since the beginning.
  ///   - began: in seconds since 1970 by this machine's clock; nil for 1970 itself.
  ///   - pod: that which answered a request, or got it; nil where it is not known.
  init(
    _ logs: [LoadLog], in spans: PhaseSpans, since began: Double? = nil,
    pod: (String) -> PodTimeline? = { _ in nil }
  ) {
    (self.spans, self.began) = (spans, began)
    for log in logs {
      for period in log.progress { add(period, of: log) }
      for failure in log.failures { add(failure, of: log, pod: pod(failure.id)) }
    }
    failures.sort { ($0.sent, $0.id) < ($1.sent, $1.id) }
  }

  private mutating func add(_ period: LoadLine.Progress, of log: LoadLog) {
    let step = RequestSeries.step / .seconds(1)
    let start = log.local(period.at) - (began ?? 0)
    for (number, answered) in period.steps.enumerated() where answered > 0 {
      // Where in the step they were sent is not told: its middle is at most 0.1 s off.
      let instant = start + (Double(number) + 0.5) * step
      guard instant < spans.end else { continue }
      if began != nil { series.add(log.door, log.kind, at: .seconds(instant), count: answered) }
      if let phase = spans.phase(at: instant) {
        counts.add(phase, log.door, log.kind, .ok, answered)
      }
    }
    guard spans.phase(at: start + 0.5) != nil else { return }
    for time in period.times {
      for _ in 0..<time.count { latency.add(micros: time.milliseconds * 1000) }
    }
  }

  private mutating func add(
    _ failure: LoadLine.Failure, of log: LoadLog, pod: PodTimeline?
  ) {
    let instant = log.local(failure.at) - (began ?? 0)
    guard let outcome = failure.outcome, instant < spans.end else { return }
    if began != nil { series.add(log.door, log.kind, at: .seconds(instant), isFailed: true) }
    guard let now = spans.phase(at: instant) else { return }
    let phase = pod.flatMap { Self.phase($0, at: instant) } ?? now
    counts.add(phase, log.door, log.kind, outcome)
    failures.append(
      FailedRequest(
        sent: instant, took: failure.took, phase: phase, door: log.door, kind: log.kind,
        outcome: outcome, id: failure.id, at: pod))
  }

  /// The phase to which a pod's failure belongs, as in a rehearsal: that which created it while it
  /// is not ready, that which deleted it from then on; nil in between.
  private static func phase(_ pod: PodTimeline, at instant: Double) -> Phase? {
    if let ready = pod.ready, instant < ready { return pod.createdIn }
    if let deletion = pod.deletion, instant >= deletion { return pod.deletedIn }
    return nil
  }
}
