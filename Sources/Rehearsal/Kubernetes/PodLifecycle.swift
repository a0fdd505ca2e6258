import Comparison

/// The kubelet for one pod with one container: when its process starts, is signalled, and starts
/// again. It knows nothing of endpoints.
///
/// After `killContainer` and `doBackOff` in Kubernetes' pkg/kubelet/kuberuntime: the grace counts
/// from before `preStop`, and what `preStop` used is taken from it, but SIGTERM is always given 2 s
/// before SIGKILL. A container that failed its liveness probe is stopped in the same way. It
/// restarts at once the first time, then 10 s after its exit, 20 s, 40 s … 300 s, and afresh when
/// 10 min lie between a restart and the next exit.
struct PodLifecycle: Sendable {
  enum Action: Equatable, Sendable {
    case start
    /// The `preStop` hook begins. A sleep is only to be noted; a request is to be made, and
    /// `hookEnded` to be called when it has been answered, or failed.
    case preStop
    /// SIGTERM.
    case terminate
    /// SIGKILL.
    case kill
    /// The pod is over: no process runs, and none will start.
    case end
  }

  private enum State: Equatable {
    case pending
    case running
    /// The process lives, SIGTERM is due at `terminate` and SIGKILL at `kill`; nil when sent.
    case stopping(terminate: Duration?, kill: Duration?)
    /// The hook is a request whose answer is waited for until the grace ends.
    case asking(until: Duration)
    case backingOff(until: Duration)
    case ended
  }

  /// What the kubelet grants at least between SIGTERM and SIGKILL (`minimumGracePeriodInSeconds`).
  static let minimumGrace: Duration = .seconds(2)

  /// What comes before SIGTERM.
  enum Hook: Equatable, Sendable {
    case none
    case sleep(Duration)
    /// Takes as long as its answer, at most the grace.
    case request
  }

  private let grace: Duration
  private let hook: Hook
  private var state = State.pending
  private var backOff = RestartBackOff()
  private(set) var isDeleted = false
  private(set) var restarts = 0

  /// - Parameters:
  ///   - grace: `terminationGracePeriodSeconds`.
  ///   - hook: `lifecycle.preStop`.
  init(grace: Duration, hook: Hook) {
    self.grace = grace
    self.hook = hook
  }

  /// The next instant at which `advance(to:)` has something to do; nil when only events can change
  /// anything.
  var nextDeadline: Duration? {
    switch state {
    case .stopping(let terminate, let kill): terminate ?? kill
    case .asking(let end): end
    case .backingOff(let until): until
    case .pending, .running, .ended: nil
    }
  }

  /// A process runs, or is being stopped.
  var hasProcess: Bool {
    switch state {
    case .running, .stopping, .asking: true
    case .pending, .backingOff, .ended: false
    }
  }

  /// It ended by itself, for the second time at least, and waits for its next start.
  var isBackingOff: Bool {
    if case .backingOff = state { true } else { false }
  }

  /// The pod is to start. Nothing, when it was deleted before.
  mutating func create(at now: Duration) -> [Action] {
    guard state == .pending else { return [] }
    state = .running
    return [.start]
  }

  /// The pod is deleted. If it was being stopped already, that begins again from now, hook included
  /// ("at least once").
  mutating func delete(at now: Duration) -> [Action] {
    guard !isDeleted else { return [] }
    isDeleted = true
    switch state {
    case .pending, .backingOff:
      state = .ended
      return [.end]
    case .running, .stopping, .asking:
      return stop(at: now, within: grace)
    case .ended:
      return []
    }
  }

  /// The liveness or startup probe failed for the last time.
  /// - Parameter own: the probe's own grace period instead of the pod's.
  mutating func livenessFailed(at now: Duration, within own: Duration? = nil) -> [Action] {
    guard state == .running else { return [] }
    return stop(at: now, within: own ?? grace)
  }

  /// A request of the hook has been answered, or has failed.
  /// - Parameter deadline: `nextDeadline` when it was begun. A deletion begins the hook anew, and
  ///   then the answer to the first one says nothing about the second.
  mutating func hookEnded(of deadline: Duration, at now: Duration) -> [Action] {
    guard state == .asking(until: deadline) else { return [] }
    hookOver(at: now, graceUntil: deadline)
    return advance(to: now)
  }

  /// The process ended, for whatever reason. A process that could not be started ends so, too.
  mutating func exited(at now: Duration) -> [Action] {
    guard hasProcess else { return [] }
    if isDeleted {
      state = .ended
      return [.end]
    }
    let restart = backOff.restart(afterExitAt: now)
    guard restart <= now else {
      state = .backingOff(until: restart)
      return []
    }
    return startAgain(at: now)
  }

  /// Time has come this far.
  mutating func advance(to now: Duration) -> [Action] {
    var actions: [Action] = []
    if case .asking(let end) = state, end <= now { hookOver(at: now, graceUntil: end) }
    if case .stopping(let due?, let kill) = state, due <= now {
      state = .stopping(terminate: nil, kill: kill)
      actions.append(.terminate)
    }
    if case .stopping(nil, let due?) = state, due <= now {
      state = .stopping(terminate: nil, kill: nil)
      actions.append(.kill)
    }
    if case .backingOff(let until) = state, until <= now { actions += startAgain(at: now) }
    return actions
  }

  private mutating func stop(at now: Duration, within grace: Duration) -> [Action] {
    var preStop = Duration.zero
    switch hook {
    case .none: break
    case .sleep(let time): preStop = min(time, grace)
    case .request:
      state = .asking(until: now + grace)
      return [.preStop]
    }
    let kill = now + max(grace, preStop + Self.minimumGrace)
    state = .stopping(terminate: now + preStop, kill: kill)
    return (preStop > .zero ? [.preStop] : []) + advance(to: now)
  }

  private mutating func hookOver(at now: Duration, graceUntil end: Duration) {
    state = .stopping(terminate: now, kill: max(end, now + Self.minimumGrace))
  }

  private mutating func startAgain(at now: Duration) -> [Action] {
    state = .running
    restarts += 1
    backOff.restarted(at: now)
    return [.start]
  }
}
