import Comparison
import Shared

/// What became of one request: how it went, and at which pod.
struct Exchange {
  /// Nil when it is the harness that failed, not the service.
  let outcome: Outcome?
  /// The pod it was sent to; nil when there was none to send it to.
  let pod: PodID?
}

extension Outcome {
  /// Nil for what says nothing about the other side.
  init?(_ error: ClientError) {
    switch error {
    case .refused: self = .refused
    case .unreachable: self = .unreachable
    case .reset: self = .reset
    case .eof: self = .eof
    case .timeout: self = .timeout
    case .malformed: self = .httpOther
    case .exhausted: return nil
    }
  }

  init(_ status: Status) {
    switch status.code {
    case 200: self = .ok
    case 502: self = .http502
    case 503: self = .http503
    default: self = .httpOther
    }
  }
}
