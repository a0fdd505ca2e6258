@testable import Comparison
@testable import Picture

/// Results with known numbers.
enum SampleRow {
  /// A row 4 with one stopped pod.
  /// - Parameter failures: how many requests to it failed.
  static func result(_ row: String = "4", failures: Int = 2) -> RowResult {
    var result = RowResult(row: row, parameters: Parameters())
    var pod = PodTimeline(name: "calc-1-0", address: "127.0.0.2:4000")
    (pod.created, pod.started, pod.ready, pod.inEndpoints) = (0, 1, 4, 4.2)
    (pod.deletion, pod.sigterm, pod.exit, pod.outOfEndpoints) = (10, 10, 10.1, 11)
    (pod.deletedIn, pod.code) = (.deploy, 0)
    result.pods = [pod]
    result.counts.add(.deploy, .tcp, .fresh, .ok, 98)
    result.counts.add(.deploy, .tcp, .fresh, .refused, failures)
    result.failures = (0..<failures).map { failure(10.5 + Double($0) / 100_000, number: $0, pod) }
    result.failuresDropped = 0
    result.spans = [PhaseSpan(phase: .deploy, start: 8, complete: 12)]
    result.loadEnd = 20
    return result
  }

  static func failure(_ sent: Double, number: Int, _ pod: PodTimeline?) -> FailedRequest {
    FailedRequest(
      sent: sent, took: 0.00123456, phase: .deploy, door: .tcp, kind: .fresh, outcome: .refused,
      id: "4-0-\(number)", at: pod)
  }

  static func progress(_ result: RowResult, now: Double = 12) -> RowProgress {
    RowProgress(result, state: "deploy", now: now)
  }
}
