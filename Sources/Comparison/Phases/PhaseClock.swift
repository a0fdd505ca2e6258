/// Walks through the plan. A change ends when the Deployment is complete, not when the terminating
/// pods are gone; then it settles.
package struct PhaseClock: Sendable {
  package enum Action: Equatable, Sendable {
    case begin(Phase)
    case restart
    case scale(to: Int)
    /// All phases are over and the clients may stop.
    case finish
  }

  package struct Span: Equatable, Sendable {
    package let phase: Phase
    package let start: Duration
    package var end: Duration?
  }

  /// The running phase; after the last one that, before the first nil.
  package var current: Phase? { spans.last?.phase }
  package private(set) var spans: [Span] = []
  package private(set) var nextDeadline: Duration?
  package private(set) var isFinished = false

  private let plan: PhasePlan
  private var remaining: ArraySlice<Phase>

  package init(_ plan: PhasePlan) {
    self.plan = plan
    remaining = plan.phases[...]
  }

  /// The Deployment's state after whatever was done. The first time it is complete the first phase
  /// begins; later that ends a phase, which is followed by the time to settle.
  package mutating func deployment(isComplete: Bool, at now: Duration) -> [Action] {
    guard isComplete, nextDeadline == nil, !isFinished else { return [] }
    guard !spans.isEmpty else { return next(at: now) }
    spans[spans.count - 1].end = now
    nextDeadline = now + plan.settle
    return []
  }

  /// Time has come this far.
  package mutating func advance(to now: Duration) -> [Action] {
    guard let due = nextDeadline, due <= now else { return [] }
    nextDeadline = nil
    return next(at: now)
  }

  private mutating func next(at now: Duration) -> [Action] {
    if let last = spans.last, last.end == nil { spans[spans.count - 1].end = now }
    guard let phase = remaining.popFirst() else {
      isFinished = true
      return [.finish]
    }
    spans.append(Span(phase: phase, start: now))
    switch phase {
    case .steady:
      nextDeadline = now + plan.steady
      return [.begin(phase)]
    case .deploy: return [.begin(phase), .restart]
    case .scaleUp: return [.begin(phase), .scale(to: plan.scaledUp)]
    case .scaleDown: return [.begin(phase), .scale(to: plan.scaledDown)]
    }
  }
}
