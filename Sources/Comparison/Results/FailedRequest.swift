/// One request that failed. Instants are seconds since the row's start.
package struct FailedRequest: Codable, Equatable, Sendable {
  /// How many a result keeps: there may be many thousands.
  package static let limit = 2000

  /// When it was sent, and how long it took until it had failed.
  package var sent: Double
  package var took: Double
  /// The phase in which it counts.
  package var phase: Phase
  package var door: Door
  package var kind: ClientKind
  package var outcome: Outcome
  package var id: String
  /// The pod that it was sent to; nil when there was none, or it is not known.
  package var pod: String?
  /// Seconds from the pod's deletion and from its SIGTERM until the request was sent; nil when it
  /// was sent before that.
  package var sinceDeletion: Double?
  package var sinceSigterm: Double?

  package init(
    sent: Double, took: Double, phase: Phase, door: Door, kind: ClientKind, outcome: Outcome,
    id: String,
    at pod: PodTimeline?
  ) {
    (self.sent, self.took, self.phase) = (sent, took, phase)
    (self.door, self.kind, self.outcome, self.id) = (door, kind, outcome, id)
    self.pod = pod?.name
    sinceDeletion = pod?.deletion.flatMap { $0 <= sent ? sent - $0 : nil }
    sinceSigterm = pod?.sigterm.flatMap { $0 <= sent ? sent - $0 : nil }
  }

  private enum CodingKeys: String, CodingKey {
    case phase, door, kind, outcome, id, pod
    case sent = "sent_s"
    case took = "took_s"
    case sinceDeletion = "since_deletion_s"
    case sinceSigterm = "since_sigterm_s"
  }
}
