/// Walks through the plan. A phase ends when the Deployment is complete, not when the terminating pods are gone.
struct PhaseClock: Sendable {
  enum Action: Equatable, Sendable {
    case begin(Phase)
    case restart
    case scale(to: Int)
    /// All phases are over and the clients may stop.
    case finish
  }

  struct Span: Equatable, Sendable {
    let phase: Phase
    let start: Duration
    var end: Duration?
  }

  /// The running phase; after the last one that, before the first nil.
  var current: Phase? { spans.last?.phase }
  private(set) var spans: [Span] = []
  private(set) var nextDeadline: Duration?
  private(set) var isFinished = false

  private let plan: PhasePlan
  private var remaining: ArraySlice<Phase>
  private var isSettling = false

  init(_ plan: PhasePlan) {
    self.plan = plan
    remaining = plan.phases[...]
  }

  /// The Deployment's state after whatever was done; the first time it is complete the first phase begins. Call it again after carrying out
  /// the actions until none comes back: a Deployment can be complete as soon as it is changed.
  mutating func deployment(isComplete: Bool, at now: Duration) -> [Action] {
    guard isComplete, nextDeadline == nil, !isFinished else { return [] }
    return next(at: now)
  }

  /// Time has come this far.
  mutating func advance(to now: Duration) -> [Action] {
    guard let due = nextDeadline, due <= now else { return [] }
    nextDeadline = nil
    if isSettling {
      isFinished = true
      return [.finish]
    }
    return next(at: now)
  }

  private mutating func next(at now: Duration) -> [Action] {
    if !spans.isEmpty { spans[spans.count - 1].end = now }
    guard let phase = remaining.popFirst() else {
      isSettling = true
      nextDeadline = now + plan.settle
      return []
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
