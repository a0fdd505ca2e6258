/// The operations by id: what was answered, and what became of it.
struct Audit: Codable, Equatable, Sendable {
  /// Requests with a 200.
  var answered = 0
  /// Different ids that are stored.
  var logged = 0
  /// Answered, and neither stored nor in a pod's standard error.
  var lost = 0
  /// Answered, not stored, but in a pod's standard error, ready to be replayed.
  var undelivered = 0
  /// Ids that are stored as more than one point.
  var loggedTwice = 0
  /// Stored, though the client saw an error.
  var loggedThoughFailed = 0
  /// Stored, though no client of the row sent it.
  var strange = 0

  private enum CodingKeys: String, CodingKey {
    case answered, logged, lost, undelivered, strange
    case loggedTwice = "logged_twice"
    case loggedThoughFailed = "logged_though_failed"
  }

  init() {}

  /// - Parameters:
  ///   - stored: the ids that InfluxDB has, each as often as it has it.
  ///   - traced: the ids in the pods' standard error.
  init(_ ledger: Ledger, stored: [String], traced: [String]) {
    var points: [Ledger.Entry: Int] = [:]
    for id in stored {
      if let entry = ledger.entry(id) { points[entry, default: 0] += 1 } else { strange += 1 }
    }
    answered = ledger.answered
    logged = points.count
    loggedTwice = points.values.count { $0 > 1 }
    loggedThoughFailed = points.keys.count { ledger.failed.contains($0) }
    let onlyTraced = Set(traced.compactMap { ledger.entry($0) }).filter {
      points[$0] == nil && !ledger.failed.contains($0)
    }
    undelivered = onlyTraced.count
    lost = answered - (logged - loggedThoughFailed) - undelivered
  }
}
