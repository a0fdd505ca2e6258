import Comparison

/// The failures of a subject's clients one by one, the first ones of them: there may be many
/// thousands.
struct FailureLog: Sendable {
  struct Failure: Sendable {
    let pod: PodID?
    let door: Door
    let kind: ClientKind
    let outcome: Outcome
    let phase: Phase
    let id: String
    let sent: Duration
    let took: Duration
  }

  private(set) var kept: [Failure] = []
  private(set) var dropped = 0

  mutating func add(_ failure: Failure) {
    if kept.count < FailedRequest.limit { kept.append(failure) } else { dropped += 1 }
  }
}
