import Comparison

/// What the proxies of one subject know of its pods: the table of kube-proxy, and that of a
/// balancer that knows endpoints.
struct ProxyTables: Sendable {
  /// An endpoint entered a table or left it.
  enum Change: Equatable, Sendable {
    /// The table of kube-proxy.
    case service(EndpointsPath.Change)
    /// The balancer's own table: a pod's idle connections go when its endpoint leaves.
    case balancer(EndpointsPath.Change)
  }

  private var service: EndpointsPath
  /// Nil for a balancer that knows the Service only.
  private var balancer: EndpointsPath?

  /// - Parameter balancer: nil for a balancer that knows the Service only.
  init(service: ProxyLag, balancer: ProxyLag?, random: inout SplitMix64) {
    self.service = EndpointsPath(lag: service, seed: random.next())
    self.balancer = balancer.map { EndpointsPath(lag: $0, seed: random.next()) }
  }

  /// The next instant at which a table changes.
  var nextDeadline: Duration? {
    [service.nextDeadline, balancer?.nextDeadline].compactMap(\.self).min()
  }

  /// A pod's endpoint is now such; nil when the pod is gone.
  mutating func update(_ pod: PodID, _ endpoint: EndpointTable.Conditions?, at now: Duration) {
    service.update(pod, endpoint, at: now)
    balancer?.update(pod, endpoint, at: now)
  }

  /// Brings the tables up to now: what changed since, in order.
  mutating func advance(to now: Duration) -> [Change] {
    let known = balancer?.advance(to: now) ?? []
    return service.advance(to: now).map { .service($0) } + known.map { .balancer($0) }
  }

  /// The pod for a new connection; nil when the table of that door has none.
  mutating func pick(_ door: Door) -> PodID? {
    door == .http && balancer != nil ? balancer?.pick() : service.pick()
  }

  /// Whether the balancer may send new connections to the pod.
  func isPicked(_ pod: PodID) -> Bool { (balancer ?? service).table.candidates.contains(pod) }
}
