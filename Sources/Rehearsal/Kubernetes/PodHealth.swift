import Comparison

/// Startup, readiness and liveness of one pod. Without a readiness probe a pod is ready from when
/// the kubelet notices that its container runs, or has started.
///
/// As long as a startup probe has not passed, the other two are not asked (pkg/kubelet/prober,
/// `worker.doProbe`); their initial delays count from the container's start nevertheless.
struct PodHealth: Sendable {
  /// Ready, as far as the probe says. A terminating pod for which it holds still serves.
  private(set) var isReady = false

  private var startup: Probe?
  private var readiness: Probe?
  private var liveness: Probe?
  /// When the kubelet notices the container that was started last.
  private var noticeDue: Duration?
  private var isOver = false

  /// - Parameter spread: added to the pod's creation for its first ticks.
  init(
    startup: Probe.Timing? = nil, readiness: Probe.Timing?, liveness: Probe.Timing?,
    podCreated: Duration, spread: Duration = .zero
  ) {
    self.startup = startup.map { Probe(.startup, $0, firstTick: podCreated + spread) }
    self.readiness = readiness.map { Probe(.readiness, $0, firstTick: podCreated + spread) }
    self.liveness = liveness.map { Probe(.liveness, $0, firstTick: podCreated + spread) }
  }

  /// The next instant at which `notice(at:)` or `advance(to:)` is due.
  var nextDeadline: Duration? {
    guard !isOver else { return nil }
    let probes = hasStarted ? [readiness?.nextTick, liveness?.nextTick] : [startup?.nextTick]
    return (probes + [noticeDue]).compactMap(\.self).min()
  }

  private var hasStarted: Bool { startup?.passes ?? true }

  /// - Parameter noticed: when the kubelet will know.
  mutating func containerStarted(at now: Duration, noticed: Duration) {
    startup?.containerStarted(at: now)
    liveness?.containerStarted(at: now)
    readiness?.containerStarted(at: now)
    noticeDue = noticed
  }

  /// Time has come this far: the kubelet may have noticed the container.
  mutating func notice(at now: Duration) -> Probe.Transition? {
    guard let due = noticeDue, due <= now, !isOver else { return nil }
    noticeDue = nil
    guard hasStarted else { return nil }
    guard readiness != nil else {
      isReady = true
      return .becameReady
    }
    readiness?.containerNoticed(at: now)
    return nil
  }

  mutating func containerExited(at now: Duration) -> Probe.Transition? {
    _ = startup?.containerExited(at: now)
    _ = readiness?.containerExited(at: now)
    _ = liveness?.containerExited(at: now)
    noticeDue = nil
    defer { isReady = false }
    return isReady ? .becameUnready : nil
  }

  /// The startup probe counts as passed from then on, so readiness begins.
  mutating func podDeleted(at now: Duration) {
    let wasStarting = !hasStarted
    startup?.podDeleted()
    readiness?.podDeleted()
    liveness?.podDeleted()
    if wasStarting { _ = begin(at: now) }
  }

  /// Nothing is probed any more.
  mutating func podEnded() {
    isReady = false
    isOver = true
  }

  /// The attempts to make now.
  mutating func advance(to now: Duration) -> [Probe.Attempt] {
    guard !isOver else { return [] }
    guard hasStarted else { return [startup?.tick(at: now)].compactMap(\.self) }
    return [readiness?.tick(at: now), liveness?.tick(at: now)].compactMap(\.self)
  }

  /// The startup probe has passed.
  private mutating func begin(at now: Duration) -> Probe.Transition {
    readiness?.begin(at: now)
    liveness?.begin(at: now)
    guard readiness == nil else { return .started }
    isReady = true
    return .becameReady
  }

  mutating func result(of attempt: Probe.Attempt, success: Bool, at now: Duration) -> Probe
    .Transition?
  {
    guard !isOver else { return nil }
    switch attempt.kind {
    case .startup:
      let transition = startup?.result(of: attempt, success: success, at: now)
      return transition == .started ? begin(at: now) : transition
    case .readiness:
      let transition = readiness?.result(of: attempt, success: success, at: now)
      if let transition { isReady = transition == .becameReady }
      return transition
    case .liveness:
      return liveness?.result(of: attempt, success: success, at: now)
    }
  }
}
