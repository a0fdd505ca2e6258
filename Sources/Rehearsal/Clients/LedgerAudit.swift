import Comparison

extension Audit {
  /// - Parameters:
  ///   - stored: the ids that InfluxDB has, each as often as it has it.
  ///   - traced: the ids in the pods' standard error.
  init(_ ledger: Ledger, stored: [String], traced: [String]) {
    self.init()
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
