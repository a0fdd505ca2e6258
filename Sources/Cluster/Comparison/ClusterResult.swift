import Comparison
import Shared

/// What a row has shown on a cluster, put together from the logs of k6, the watches and the logs of
/// the pods.
struct ClusterResult {
  let row: Row
  let logs: [LoadLog]
  /// In seconds since the row's start.
  let spans: PhaseSpans
  let view: ClusterView
  /// What is wrong with the load's pods, or with the waiting for the service's.
  var losses: [String] = []
  /// Nil for steps that log none.
  var operations: ClusterAudit?

  /// The row's document, without a verdict.
  func document(_ parameters: Parameters, jobs: [LoadJob]) -> RowResult {
    let answers = view.answers
    let seen = LoadCounts(logs, in: spans, since: view.start) { answers[$0]?.pod }
    var result = RowResult(row: row.name, parameters: parameters)
    result.origin = .cluster
    result.began = WallTime(nanoseconds: Int64(view.start * 1e9)).text
    result.commit = WorkingCopy.commit()
    result.spans = spans.spans
    result.loadEnd = spans.end
    (result.counts, result.series) = (seen.counts, seen.series)
    result.latency = seen.latency.summary
    result.failures = Array(seen.failures.prefix(FailedRequest.limit))
    result.failuresDropped = max(0, seen.failures.count - FailedRequest.limit)
    result.audit = operations?.audit
    result.pods = view.timelines.map { pod in
      var pod = pod
      pod.lost = operations.map { $0.lostOfPods[pod.name] ?? 0 }
      return pod
    }
    result.harness.ownFailures = logs.reduce(0) { $0 + $1.ownFailures }
    result.harness.reasons =
      losses + LoadCheck.complaints(logs, to: .at(view.start + spans.end))
      + LoadCheck.unanswered(
        seen.counts, jobs, parameters.phases.map { ($0, "in \($0.rawValue)") })
      + protocols
    result.harness.isTrustworthy = result.harness.reasons.isEmpty
    return result
  }

  /// Clients that speak another protocol than that of their door prove nothing about it.
  private var protocols: [String] {
    Door.allCases.compactMap { door in
      let wanted = door == .http2 ? "HTTP/2.0" : "HTTP/1.1"
      let spoken = Set(
        logs.filter { $0.door == door }.flatMap(\.progress).filter { $0.answered > 0 }.map(\.proto))
      return spoken.first { $0 != wanted }.map {
        "clients of \(door.rawValue) were answered with \($0)"
      }
    }
  }
}
