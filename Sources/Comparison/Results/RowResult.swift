/// What a row showed: the document in `results/rehearsal/<row>.json`.
package struct RowResult: Codable, Equatable, Sendable {
  /// Changes when a field changes its meaning.
  package static let currentSchema = 2
  /// Those that are read; what came later is nil in an earlier one.
  package static let readable = 1...2

  /// Where it was run.
  package enum Origin: String, Codable { case rehearsal, cluster }

  package var schema = RowResult.currentSchema
  package var row: String
  package var origin = Origin.rehearsal
  package var parameters: Parameters
  /// When it began, by the wall clock: `2026-11-27T19:10:00Z`.
  package var began: String?
  /// What ran it: the commit of the working copy, with `-dirty` when that was changed; nil when
  /// there is none.
  package var commit: String?
  package var spans: [PhaseSpan]?
  /// When the last request was sent, in seconds since the row's start.
  package var loadEnd: Double?
  package var counts = Counts()
  package var series: RequestSeries?
  /// The first failures one by one, and how many more there were.
  package var failures: [FailedRequest]?
  package var failuresDropped: Int?
  /// Of the answered requests.
  package var latency = LatencySummary()
  /// Of the operations; nil for steps that log none.
  package var audit: Audit?
  package var pods: [PodTimeline] = []
  package var harness = HarnessReport()
  package var verdict: Verdict?

  package init(row: String, parameters: Parameters) {
    self.row = row
    self.parameters = parameters
  }

  private enum CodingKeys: String, CodingKey {
    case schema, row, began, commit, parameters, spans, counts, series, failures, audit
    case pods, harness, verdict
    case loadEnd = "load_end_s"
    case failuresDropped = "failures_dropped"
    case origin = "stage"
    case latency = "latency_ms"
  }
}

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

/// Whether the harness and the machine can be believed.
package struct HarnessReport: Codable, Equatable, Sendable {
  /// Requests that failed for want of ports, descriptors or the like on the harness's side.
  package var ownFailures = 0
  /// The share of all processors that was busy, 0 to 1.
  package var cpu = 0.0
  /// How long the row took, in seconds.
  package var wall = 0.0
  /// False when the machine was too slow to say anything about the step.
  package var isTrustworthy = true
  /// Why not, one line each.
  package var reasons: [String] = []

  /// No failure of its own, on a machine that kept up.
  package var isSound: Bool { isTrustworthy && ownFailures == 0 }

  private enum CodingKeys: String, CodingKey {
    case cpu, reasons
    case isTrustworthy = "believed"
    case ownFailures = "own_failures"
    case wall = "wall_s"
  }
}
