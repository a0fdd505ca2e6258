import Comparison
import Shared

extension Rollout {
  /// - Parameter replicas: of which percentages are taken.
  init(_ strategy: RollingUpdate, replicas: Int) {
    self.init(
      replicas: replicas, maxSurge: strategy.surge(of: replicas),
      maxUnavailable: strategy.unavailable(of: replicas))
  }
}

extension ProbeSpec {
  /// For the prober.
  var timing: Probe.Timing {
    Probe.Timing(
      initialDelay: .seconds(initialDelaySeconds), period: .seconds(periodSeconds),
      timeout: .seconds(timeoutSeconds),
      successThreshold: successThreshold, failureThreshold: failureThreshold)
  }
}
