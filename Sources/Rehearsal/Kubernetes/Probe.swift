import Comparison

/// One probe of a container, without the probing: when to ask, and what the answers mean.
///
/// After pkg/kubelet/prober (worker.go, prober_manager.go): the ticks count from the pod's
/// admission, and those before the initial delay are skipped. That counts from the container's
/// start, whose time the kubelet keeps to the second. As soon as the kubelet notices a container
/// that runs and is not ready, it triggers the readiness probe besides, and since Kubernetes 1.32
/// the period counts from that. An attempt that outlasts ticks is followed by one more at once, not
/// by one for each. A startup probe is done when it has passed, until there is a new container;
/// when it has failed for the last time, its container is stopped as by a liveness probe.
struct Probe: Sendable {
  typealias Kind = ProbeSpec.Role

  struct Timing: Equatable, Sendable {
    var initialDelay: Duration = .zero
    var period: Duration = .seconds(10)
    var timeout: Duration = .seconds(1)
    var successThreshold = 1
    var failureThreshold = 3
    /// Whether ticks count anew from a trigger of the kubelet's.
    var triggerRestartsPeriod = KubernetesVersion.newest.triggerRestartsPeriod
  }

  /// A request to make now. It has failed when no answer came until `deadline`.
  struct Attempt: Equatable, Sendable {
    let kind: Kind
    let number: Int
    let deadline: Duration
  }

  enum Transition: Equatable, Sendable {
    case becameReady, becameUnready, livenessFailed
    /// The startup probe has passed: the others begin.
    case started
    case startupFailed
  }

  let kind: Kind
  /// The next instant at which `tick(at:)` is due; nil while an attempt is under way, no container
  /// runs, or the probe is over.
  var nextTick: Duration? {
    guard isProbing, started != nil, underway == nil, !isDone else { return nil }
    return min(trigger ?? dueTick, dueTick)
  }
  /// Passing. A readiness or startup probe starts as not passing, a liveness probe as passing.
  private(set) var passes: Bool

  private let timing: Timing
  private var dueTick: Duration
  private var started: Duration?
  /// When the kubelet asked for an attempt besides the ticks.
  private var trigger: Duration?
  private var underway: Attempt?
  private var attempts = 0
  private var run = (success: false, count: 0)
  private var isProbing = true
  /// A startup probe that has passed asks no more.
  private var isDone: Bool { kind == .startup && passes }

  /// - Parameter firstTick: the pod's creation, or somewhat later to spread the pods' probes.
  init(_ kind: Kind, _ timing: Timing, firstTick: Duration) {
    self.kind = kind
    self.timing = timing
    passes = kind == .liveness
    dueTick = firstTick
  }

  mutating func containerStarted(at now: Duration) {
    started = now
    run.count = 0
    passes = kind == .liveness
    skipTicks(before: now)
  }

  /// The kubelet has noticed the container. One that is not ready yet is probed at once.
  mutating func containerNoticed(at now: Duration) {
    if kind == .readiness, !passes, started != nil { trigger = now }
  }

  /// A container that does not run is not ready; the answer to an attempt under way no longer
  /// counts.
  mutating func containerExited(at now: Duration) -> Transition? {
    started = nil
    underway = nil
    trigger = nil
    defer { passes = kind == .liveness }
    return kind == .readiness && passes ? .becameUnready : nil
  }

  /// The startup probe has passed: ticks that were skipped meanwhile do not count, and a container
  /// that is not ready is probed at once.
  mutating func begin(at now: Duration) {
    skipTicks(before: now)
    containerNoticed(at: now)
  }

  /// After a pod's deletion readiness goes on; liveness and startup stop, and count as passed
  /// (`worker.doProbe`).
  mutating func podDeleted() {
    guard kind != .readiness else { return }
    isProbing = false
    underway = nil
    passes = true
  }

  /// The attempt to make, or nil when the tick is skipped or not due.
  mutating func tick(at now: Duration) -> Attempt? {
    guard let due = nextTick, due <= now, let started else { return nil }
    if trigger != nil {
      trigger = nil
      if timing.triggerRestartsPeriod { dueTick = now + timing.period }
    }
    if dueTick <= now {
      dueTick += timing.period
      skipTicks(before: now)
    }
    let second = Duration.seconds(1)
    let elapsed = (now / second - (started / second).rounded(.down)).rounded(.down)
    guard elapsed >= timing.initialDelay / second else { return nil }
    attempts += 1
    let attempt = Attempt(kind: kind, number: attempts, deadline: now + timing.timeout)
    underway = attempt
    return attempt
  }

  /// The outcome of an attempt. That of an attempt no longer under way is ignored.
  mutating func result(of attempt: Attempt, success: Bool, at now: Duration) -> Transition? {
    guard attempt == underway else { return nil }
    underway = nil
    if dueTick < now { missTicks(until: now) }
    run = (success, run.success == success ? run.count + 1 : 1)
    guard run.count >= (success ? timing.successThreshold : timing.failureThreshold),
      success != passes || kind == .startup
    else { return nil }
    passes = success
    switch kind {
    case .startup:
      if success { return .started }
      started = nil
      return .startupFailed
    case .readiness: return success ? .becameReady : .becameUnready
    case .liveness:
      guard !success else { return nil }
      started = nil  // no more attempts until there is a new container
      return .livenessFailed
    }
  }

  /// Ticks on the grid that are over do not count.
  private mutating func skipTicks(before now: Duration) {
    while dueTick < now { dueTick += timing.period }
  }

  /// Of the ticks that passed during an attempt one is made up for: the earliest that is left stays
  /// due, at most one period late.
  private mutating func missTicks(until now: Duration) {
    while dueTick + timing.period <= now { dueTick += timing.period }
  }
}
