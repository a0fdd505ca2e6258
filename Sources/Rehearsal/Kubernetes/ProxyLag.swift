import Comparison

/// When a proxy hears of a change to the endpoints.
enum ProxyLag: Equatable, Sendable {
  /// kube-proxy: a change travels for `delay`, and then waits for the next write of the rules, at
  /// least `period` after the last one.
  case syncs(delay: Duration, period: Duration)
  /// Every change by itself, `lag` later and up to `jitter` more.
  case fixed(lag: Duration, jitter: Duration)

  static let kubeProxy = ProxyLag.syncs(delay: .milliseconds(100), period: .seconds(1))
}
