import Comparison

/// When a proxy hears of a change to the endpoints.
enum ProxyLag: Equatable, Sendable {
  /// kube-proxy: a change travels for `delay`, and then waits for the next write of the rules. A
  /// write comes at once after a quiet spell, up to `burst` of them, and then one each `period`.
  case syncs(delay: Duration, period: Duration, burst: Int)
  /// Every change by itself, `lag` later and up to `jitter` more.
  case fixed(lag: Duration, jitter: Duration)

  static func kubeProxy(_ version: KubernetesVersion) -> ProxyLag {
    .syncs(delay: .milliseconds(100), period: .seconds(1), burst: version.proxyBurst)
  }
}
