import Comparison
import Shared

/// The end of a subject that logs operations: lets the pods that are left log what they hold, so
/// that only a shutdown can lose data, and looks for each answer's operation.
struct FinalAudit {
  let setup: SubjectSetup
  let influx: InfluxProxy
  let load: Load
  let kubernetes: KubernetesModel

  /// Until nothing is missing, or each pod had time enough for what it held and nothing comes any
  /// more.
  /// - Parameter stopped: when the load did.
  /// - Throws: `CommandError` when InfluxDB does not answer.
  func run(since stopped: MonotonicTime, on loop: isolated EventLoop)
    async throws(CommandError) -> LedgerAudit
  {
    try await influx.recovered(on: loop)
    let holds = setup.subject.logging?.holds ?? .zero
    let held = stopped + holds + .seconds(1)
    // An attempt that waited in vain, and the pause after it.
    let retry = BackOff.longest + (setup.options.influxFault == nil ? .zero : InfluxClient.timeout)
    let shutdownHolds = holds + Self.delivery(setup.options)
    var last: LedgerAudit?
    var lastChange = MonotonicTime.now
    while kubernetes.failure == nil {
      let audit = LedgerAudit(
        load.ledger, stored: try await influx.operations(on: loop),
        traced: Set(kubernetes.pods.values.flatMap(\.traced)), shutdowns: kubernetes.shutdowns,
        holds: shutdownHolds)
      // What a client saw fail may be logged yet.
      if audit.audit.lost == 0, load.ledger.failed.isEmpty { return audit }
      if audit.audit != last?.audit { lastChange = .now }
      last = audit
      if MonotonicTime.now > max(held, lastChange + retry) { return audit }
      try? await loop.sleep(for: .seconds(1))
    }
    return last ?? LedgerAudit(load.ledger, stored: StoredOperations(ids: []), traced: [])
  }

  /// On top of the time for which a pod holds an operation before it is due to be sent: one attempt
  /// under load, or all of them while InfluxDB is out of order.
  private static func delivery(_ options: Options) -> Duration {
    options.influxFault == nil ? .seconds(2) : .seconds(60)
  }
}
