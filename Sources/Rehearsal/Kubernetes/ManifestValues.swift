import Comparison
import Shared

extension Rollout {
  /// - Parameter replicas: of which percentages are taken.
  init(_ strategy: RollingUpdate, replicas: Int, minReady: Duration = .zero, seed: UInt64) {
    self.init(
      replicas: replicas, maxSurge: strategy.surge(of: replicas),
      maxUnavailable: strategy.unavailable(of: replicas), minReady: minReady, seed: seed)
  }
}

extension ProbeSpec {
  /// For the prober.
  func timing(_ version: KubernetesVersion) -> Probe.Timing {
    Probe.Timing(
      initialDelay: .seconds(initialDelaySeconds), period: .seconds(periodSeconds),
      timeout: .seconds(timeoutSeconds),
      successThreshold: successThreshold, failureThreshold: failureThreshold,
      triggerRestartsPeriod: version.triggerRestartsPeriod)
  }
}

extension PodLifecycle.Hook {
  init(_ hook: PreStopHook?) {
    switch hook {
    case nil: self = .none
    case .sleep(let seconds), .exec(let seconds): self = .sleep(.seconds(seconds))
    case .httpGet: self = .request
    }
  }
}
