import Comparison
import Shared

extension Rollout {
  /// - Parameter replicas: of which percentages are taken.
  init(_ strategy: RollingUpdate, replicas: Int, seed: UInt64) {
    self.init(
      replicas: replicas, maxSurge: strategy.surge(of: replicas),
      maxUnavailable: strategy.unavailable(of: replicas), seed: seed)
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
