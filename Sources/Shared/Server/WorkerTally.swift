import Synchronization

/// What a worker does, for those that cannot ask it because a handler blocks its loop.
final class WorkerTally: Sendable {
  /// Requests that are with their handlers. Only the worker's loop writes it.
  let handlers = Atomic<Int>(0)
  private let report = Lock<DrainReport?>(nil)

  /// The worker has stopped.
  func set(_ report: DrainReport) { self.report.withLock { $0 = report } }

  /// The worker's report, or, when its loop is blocked, what it leaves behind: its handlers are
  /// abandoned, and their clients get no response.
  var reportOrRest: DrainReport {
    if let report = report.withLock({ $0 }) { return report }
    var report = DrainReport()
    report.abandoned = handlers.load(ordering: .relaxed)
    report.cut = report.abandoned
    return report
  }
}
