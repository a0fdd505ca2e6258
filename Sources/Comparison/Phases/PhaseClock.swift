/// Walks through the plan. A change ends when the Deployment is complete; then it settles, until
/// its terminating pods have exited, for at most their grace period.
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

  private enum State: Equatable {
    /// Until the Deployment is complete for the first time, or again after a change.
    case changing
    case steady(until: Duration)
    case settling(since: Duration)
    case finished
  }

  /// The running phase; after the last one that, before the first nil.
  package var current: Phase? { spans.last?.phase }
  package private(set) var spans: [Span] = []
  package var isFinished: Bool { state == .finished }

  private let plan: PhasePlan
  private var remaining: ArraySlice<Phase>
  private var state = State.changing
  /// Whether pods are terminating, as `deployment` last said.
  private var isQuiet = true

  package init(_ plan: PhasePlan) {
    self.plan = plan
    remaining = plan.phases[...]
  }

  /// The next instant at which `advance` is due; nil while only the Deployment can go on.
  package var nextDeadline: Duration? {
    switch state {
    case .changing, .finished: nil
    case .steady(let until): until
    case .settling(let since):
      since + (isQuiet ? settle : max(settle, plan.grace))
    }
  }

  private var settle: Duration {
    current == .scaleUp ? max(plan.settle, plan.mingle) : plan.settle
  }

  /// The Deployment's state after whatever was done. The first time it is complete the first phase
  /// begins; later that ends a phase, which then settles.
  /// - Parameter isQuiet: no pod is terminating.
  package mutating func deployment(isComplete: Bool, isQuiet: Bool, at now: Duration) -> [Action] {
    self.isQuiet = isQuiet
    guard state == .changing, isComplete else { return advance(to: now) }
    guard !spans.isEmpty else { return next(at: now) }
    spans[spans.count - 1].end = now
    state = .settling(since: now)
    return advance(to: now)
  }

  /// Time has come this far.
  package mutating func advance(to now: Duration) -> [Action] {
    guard let due = nextDeadline, due <= now else { return [] }
    return next(at: now)
  }

  private mutating func next(at now: Duration) -> [Action] {
    if let last = spans.last, last.end == nil { spans[spans.count - 1].end = now }
    guard let phase = remaining.popFirst() else {
      state = .finished
      return [.finish]
    }
    spans.append(Span(phase: phase, start: now))
    state = .changing
    switch phase {
    case .steady:
      state = .steady(until: now + plan.steady)
      return [.begin(phase)]
    case .deploy: return [.begin(phase), .restart]
    case .scaleUp: return [.begin(phase), .scale(to: plan.scaledUp)]
    case .scaleDown: return [.begin(phase), .scale(to: plan.scaledDown)]
    }
  }
}
