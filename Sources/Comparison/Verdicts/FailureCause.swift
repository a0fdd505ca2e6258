/// What brought a request of one's own service to fail, as far as it was seen from outside.
enum FailureCause: Hashable {
  /// The pod did not listen yet.
  case beforeListening
  /// The pod had served no request, and answered with an error or too late.
  case beforeServing
  /// The pod had been deleted and did not listen any more, or its address was gone.
  case afterListening
  /// No pod was ready.
  case noPod
  /// It was in flight at the SIGTERM.
  case cutInFlight
  /// It came after the SIGTERM over a connection that had been kept.
  case cutKept
  /// It came after the SIGTERM over a new connection that was accepted.
  case cutAccepted
  /// It ended with a process that was killed after its grace period.
  case killed
  /// The pod answered with an error after its deletion.
  case refusedWhileStopping
  /// It failed at a pod that was neither starting nor stopping.
  case neither

  init(_ failure: FailedRequest, at pod: PodTimeline?) {
    guard let pod else {
      self = failure.outcome.isMissed ? .noPod : .neither
      return
    }
    // Through tcp no balancer stands between: the service itself says 502 or 503.
    let isOwnAnswer =
      failure.outcome == .httpOther || failure.outcome == .wrongAnswer
      || (failure.door == .tcp && [.http502, .http503].contains(failure.outcome))
    let wasStopping = pod.deletion.map { $0 <= failure.sent + failure.took } ?? false
    guard wasStopping else {
      self = Self.starting(failure, at: pod, isOwnAnswer: isOwnAnswer)
      return
    }
    if isOwnAnswer {
      self = .refusedWhileStopping
    } else if failure.outcome.isMissed {
      self = .afterListening
    } else if pod.code == 137, let exit = pod.exit, failure.sent + failure.took >= exit - 1 {
      self = .killed
    } else if failure.sinceSigterm == nil {
      self = .cutInFlight
    } else {
      self = failure.kind == .keepalive || failure.door != .tcp ? .cutKept : .cutAccepted
    }
  }

  private static func starting(
    _ failure: FailedRequest, at pod: PodTimeline, isOwnAnswer: Bool
  ) -> FailureCause {
    if failure.sent < pod.listening ?? .infinity { return .beforeListening }
    // Until it has served, its failures count in the phase that created it.
    let isNew = pod.createdIn != nil && pod.createdIn == failure.phase
    return isNew && (isOwnAnswer || failure.outcome.isMissed) ? .beforeServing : .neither
  }
}
