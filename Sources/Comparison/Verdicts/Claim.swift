/// What the talk says about a row.
package enum Claim: Equatable, Sendable {
  /// Clients are sent to pods that do not listen yet. Connections that are cut when a pod is killed
  /// are not meant.
  case fails(on: Phase)
  case noneFails(of: ClientKind, through: Door)
  /// Old pods ignore SIGTERM, live their whole grace and are killed.
  case oldPodsAreKilled
  /// None needs SIGKILL: SIGTERM is handled. Else a row would show what pods that ignore it show.
  case oldPodsEndByThemselves
  case cuts
  /// Clients are sent to pods that do not listen any more. Requests that are cut are not meant.
  case stillFails
  case podsReportNoneCut
  /// Its cut outcomes are at most 2, or 2 % of another row's.
  case cutsFarLessThan(String)
  /// With a lag that is short against a request's duration.
  case failsLessThan(String)
  case failsNowhere
  /// Operations that were answered and never logged: some. Where none is logged it is not the
  /// shutdown that loses them.
  case losesOperations
  /// Every operation that was answered is logged, or stands in a pod's standard error when InfluxDB
  /// could not be written.
  case losesNoOperation
  case logsNothingTwice
  /// Nor what no client of the row sent.
  case logsOnlyWhatWasSent
  /// None needs to say by its exit code that something went wrong.
  case oldPodsExitWithZero
  /// Else it proves nothing that no request failed.
  case everyDeletionUnderLoad
  case neverRestarts
  case answersAreRight

  /// Longer than this, and the requests that come too late outnumber those that are cut: then two
  /// rows are alike.
  package static let shortLag = 0.05

  package func text(_ parameters: Parameters) -> String {
    switch self {
    case .fails(let phase):
      "requests fail on \(phase.rawValue): clients are sent to pods that do not listen yet"
    case .noneFails(let kind, let door):
      "no \(kind.rawValue) request through \(door.rawValue) fails"
    case .oldPodsAreKilled:
      "every old pod ends with 137 after its whole grace of \(parameters.grace) s"
    case .oldPodsEndByThemselves:
      "every old pod ends by itself, within its grace of \(parameters.grace) s"
    case .cuts: "requests in flight are cut (eof, reset, http_502)"
    case .stillFails: "requests still fail: the listener is closed, but not every proxy knows"
    case .podsReportNoneCut: "every old pod reports 0 requests cut"
    case .cutsFarLessThan(let row): "at most 2 cut outcomes, or 2 % of row \(row)'s"
    case .failsLessThan(let row): "at most half of row \(row)'s failures, for the lag is short"
    case .failsNowhere: "no request fails: no phase, door or kind"
    case .losesOperations: "operations are answered and never logged"
    case .losesNoOperation:
      parameters.influxFault == nil
        ? "every answered operation is logged"
        : "every answered operation is logged or in a pod's standard error"
    case .logsNothingTwice: "no operation is logged twice"
    case .logsOnlyWhatWasSent: "no operation is logged that no client sent"
    case .oldPodsExitWithZero:
      parameters.influxFault == nil
        ? "every old pod exits with 0"
        : "every old pod exits with 0, or 1 if InfluxDB did not confirm"
    case .everyDeletionUnderLoad: "each phase that deletes pods saw a SIGTERM under load"
    case .neverRestarts: "no container is restarted"
    case .answersAreRight: "no answer is wrong"
    }
  }

  /// Whether the row shows what it is there for is decided by these: where one of them could not be
  /// checked, the row is not judged.
  var isEssential: Bool {
    switch self {
    case .fails, .noneFails, .cuts, .stillFails, .failsNowhere, .losesOperations,
      .losesNoOperation, .everyDeletionUnderLoad:
      true
    default: false
    }
  }
}
