import Comparison

/// How long after its deletion a pod still got new connections, from its own log.
struct LagSample: Equatable, Sendable {
  /// Between a request's arrival and its line: the service answers, and logs, after this.
  static let work = 0.1

  /// From the deletion to the arrival of the last request, in seconds; not below 0.
  let lag: Double
  /// By how much it may be wrong in either direction, in seconds.
  let error: Double

  /// - Parameters:
  ///   - answers: when the pod answered, in their order; with connections that are fresh, each
  ///     answer is a new connection's.
  ///   - deleted: when the pod was deleted, on the same clock.
  /// - Returns: nil when the log says too little: not many requests, or none from before the
  ///   deletion on, as when the load has ended.
  init?(_ answers: [Double], deleted: Double) {
    let arrivals = answers.map { $0 - Self.work }
    guard arrivals.count >= 10, let first = arrivals.first, let last = arrivals.last else {
      return nil
    }
    // The next request would have come so much later: it is not known when within that time they
    // stopped.
    let before = arrivals.filter { $0 < deleted }.suffix(100)
    let spacing =
      before.count > 1
      ? ((before.last ?? last) - (before.first ?? first)) / Double(before.count - 1)
      : (last - first) / Double(arrivals.count - 1)
    guard last > deleted - max(1, 20 * spacing) else { return nil }
    lag = max(0, last - deleted)
    error = spacing
  }
}
