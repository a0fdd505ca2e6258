/// Under which conditions a row was run. Durations in seconds.
package struct Parameters: Codable, Equatable, Sendable {
  package var manifest = ""
  package var executable = ""
  package var replicas = 0
  /// Replicas after `scale-up`; nil when not scaled.
  package var scaledReplicas: Int?
  package var clients = 0
  /// Nil, as `jitter`, when proxies sync as kube-proxy does.
  package var lag: Double?
  package var jitter: Double?
  package var start = 1.0
  package var gone = 0.2
  /// Nil when a node's neighbour table decides.
  package var hang: Double?
  /// The version whose kubelet and kube-proxy are modelled, or the cluster's.
  package var kubernetes: String?
  /// `iptables`, `ipvs` or `nftables`, and the image of k6: of a cluster that says so.
  package var kubeProxy: String?
  package var k6: String?
  /// `service` or `endpoints`.
  package var balancer: String?
  package var balancerLag: Double?
  /// Requests of a kept connection; nil: no limit.
  package var keep: Int?
  /// `namespace` when pods are PID 1, `emulated` when they only ignore SIGTERM at their start.
  package var pid1: String?
  package var grace = 30
  package var preStop: Int?
  package var phases: [Phase] = Phase.allCases
  package var doors: [Door] = Door.rehearsed
  package var kinds: [ClientKind] = ClientKind.allCases
  package var seed: UInt64 = 0
  package var sharesAddress = false
  /// `stand-in`, or the URL of a real InfluxDB; nil for steps that log no operations.
  package var influx: String?
  package var influxFault: String?
  /// Context and namespace, as `kind-calc/default`; nil for a rehearsal.
  package var cluster: String?

  private enum CodingKeys: String, CodingKey {
    case manifest, executable, replicas, clients, phases, doors, kinds, seed, influx, cluster
    case kubernetes, balancer, keep, pid1, k6
    case kubeProxy = "kube_proxy"
    case balancerLag = "balancer_lag_s"
    case scaledReplicas = "scaled_replicas"
    case lag = "lag_s"
    case jitter = "jitter_s"
    case start = "start_s"
    case gone = "gone_s"
    case hang = "hang_s"
    case grace = "grace_s"
    case preStop = "pre_stop_s"
    case sharesAddress = "shares_address"
    case influxFault = "influx_fault"
  }

  package init() {}
}
