import Comparison
import Shared

/// What a subject is run with.
struct SubjectSetup: Sendable {
  let subject: Subject
  let options: Options
  let addresses: LoopbackAddresses
  let group: PodGroup
  let seed: UInt64
  /// Of the working copy; nil when there is none.
  let commit: String?
  let pid1: PID1

  var deployment: Deployment { subject.deployment }
  /// At the start, and again after the scaling.
  var replicas: Int { options.replicas ?? deployment.replicas }

  /// Without any progress of the Deployment, on top of what it was asked to wait for: longer than
  /// warm-up and probes take on a slow machine.
  static let patience = Duration.seconds(60)
  /// For a scale-up, whatever `keep=` says.
  static let longestMingle = Duration.seconds(10)

  /// What is done to the Deployment, and for how long it is watched after each change.
  var plan: PhasePlan {
    var plan = PhasePlan()
    plan.phases = options.phases
    plan.scaledDown = replicas
    plan.scaledUp = PhasePlan.scaledUp(plan.scaledDown)
    // A killed pod is seen to exit a moment after its SIGKILL.
    plan.grace = .seconds(deployment.grace + 1)
    // Else the clients would be gone before the proxies send them to the last pods that stopped.
    if case .fixed(let lag, let jitter) = options.proxyLag {
      plan.settle = max(plan.settle, lag + jitter + .seconds(1))
    }
    if options.kinds.contains(.keepalive), let keep = options.keep {
      plan.mingle = min(Load.pace * keep, Self.longestMingle)
    }
    return plan
  }

  /// How long the Deployment may stand still: a pod's start, its probes, the time for which it has
  /// to be ready, and the proxies' lag are as long as they were asked to be.
  static func patience(_ options: Options, _ deployment: Deployment) -> Duration {
    var patience = patience + options.start + .seconds(deployment.minReadySeconds)
    if let probe = deployment.startup { patience += .seconds(probe.longest) }
    if let probe = deployment.readiness {
      let attempt = Duration.seconds(max(probe.periodSeconds, probe.timeoutSeconds))
      patience += .seconds(probe.initialDelaySeconds) + attempt * probe.successThreshold
    }
    if case .fixed(let lag, let jitter) = options.proxyLag { patience += lag + jitter }
    return patience
  }
}
