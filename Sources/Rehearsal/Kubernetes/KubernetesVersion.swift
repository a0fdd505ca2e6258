/// A minor version of Kubernetes 1, and what it does otherwise than those before it.
struct KubernetesVersion: Equatable, Sendable {
  /// Those whose behaviour is modelled: `preStop.sleep` came with 1.30.
  static let modelled = 30...36
  static let newest = KubernetesVersion(minor: 36)

  let minor: Int

  init(minor: Int) { self.minor = minor }

  /// `1.34`; nil for what is not modelled.
  init?(_ text: String) {
    guard text.hasPrefix("1."), let minor = Int(text.dropFirst(2)), Self.modelled.contains(minor),
      text == "1.\(minor)"
    else { return nil }
    self.minor = minor
  }

  var text: String { "1.\(minor)" }

  /// How many writes of kube-proxy may follow each other at once after a quiet spell. Its
  /// BoundedFrequencyRunner took from a token bucket of two until 1.33, and writes once per
  /// `minSyncPeriod` since.
  var proxyBurst: Int { minor < 34 ? 2 : 1 }

  /// Whether a readiness probe that the kubelet triggers itself starts the period anew
  /// (kubernetes/kubernetes#119089, since 1.32). Before, the ticks went on from the pod's
  /// admission.
  var triggerRestartsPeriod: Bool { minor >= 32 }
}
