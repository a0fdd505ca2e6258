import Comparison
import Shared

/// What became of the operations of a row, and whose fault the lost ones are.
struct ClusterAudit: Sendable {
  /// Where requests were answered, as the pods' logs say.
  struct Places: Sendable {
    let answers: [String: PodAnswer]
    /// The phases of requests that no pod's log names.
    let spans: PhaseSpans
    /// How long a pod may hold an operation, in seconds: until it is due to be sent, one attempt to
    /// send it, and what stamps that are cut to the second leave open about the pod's exit.
    let holds: Double

    init(answers: [String: PodAnswer], spans: PhaseSpans, holds: Duration) {
      (self.answers, self.spans) = (answers, spans)
      self.holds = holds / .seconds(1) + 2 + 1
    }

  }

  private(set) var audit: Audit
  /// By the pods' names.
  private(set) var lostOfPods: [String: Int] = [:]

  /// - Parameter traced: the ids in the pods' standard error.
  init(_ logs: [LoadLog], _ stored: StoredOperations, traced: Set<String>, _ places: Places) {
    let answered = logs.reduce(into: Set<String>()) { $0.formUnion($1.answered) }
    let failed = logs.reduce(into: Set<String>()) { $0.formUnion($1.failed) }
    // What k6 sent after its last word is not known, and is no stranger's.
    let untold = stored.counts.filter { id, _ in
      !answered.contains(id) && !failed.contains(id) && logs.contains { $0.maySend(id) }
    }
    audit = Audit(answered: answered.count, stored: stored, traced: traced) { id in
      answered.contains(id) ? .answered : failed.contains(id) ? .failed : nil
    }
    audit.unknown -= untold.values.reduce(0, +)
    (audit.lostElsewhere, audit.lostUnplaced) = (0, 0)
    for id in answered where stored.counts[id] == nil && !traced.contains(id) {
      place(id, places)
    }
  }

  private mutating func place(_ id: String, _ places: Places) {
    guard let answer = places.answers[id] else {
      audit.lostUnplaced = (audit.lostUnplaced ?? 0) + 1
      return
    }
    let pod = answer.pod
    lostOfPods[pod.name, default: 0] += 1
    // An exit that nothing dates came after the deletion.
    let end = pod.deletion.map { pod.exit ?? $0 }
    let isExplained = end.map { answer.instant + places.holds >= $0 } ?? false
    if !isExplained { audit.lostElsewhere = (audit.lostElsewhere ?? 0) + 1 }
    let phase = (isExplained ? pod.deletedIn : nil) ?? places.spans.phase(at: answer.instant)
    if let phase { audit.lostInPhases[phase.rawValue, default: 0] += 1 }
  }
}
