/// What a row showed: the document in `results/rehearsal/<row>.json`.
struct RowResult: Codable, Equatable, Sendable {
  /// Changes when a field changes its meaning.
  static let currentSchema = 1

  /// Where it was run.
  enum Stage: String, Codable { case rehearsal, cluster }

  var schema = RowResult.currentSchema
  var row: String
  var stage = Stage.rehearsal
  var parameters: Parameters
  var counts = Counts()
  /// Of the answered requests.
  var latency = LatencySummary()
  /// Of the operations; nil for steps that log none.
  var audit: Audit?
  var pods: [PodTimeline] = []
  var harness = HarnessReport()
  var verdict: Verdict?

  init(row: String, parameters: Parameters) {
    self.row = row
    self.parameters = parameters
  }

  private enum CodingKeys: String, CodingKey {
    case schema, row, stage, parameters, counts, audit, pods, harness, verdict
    case latency = "latency_ms"
  }
}

/// Under which conditions a row was run. Durations in seconds.
struct Parameters: Codable, Equatable, Sendable {
  var manifest = ""
  var executable = ""
  var replicas = 0
  /// Replicas after `scale-up`; nil when not scaled.
  var scaledReplicas: Int?
  var clients = 0
  /// Nil, as `jitter`, when proxies sync as kube-proxy does.
  var lag: Double?
  var jitter: Double?
  var start = 1.0
  var gone = 0.2
  var hang = 3.0
  var grace = 30
  var preStop: Int?
  var phases: [Phase] = Phase.allCases
  var doors: [Door] = Door.rehearsed
  var kinds: [Kind] = Kind.allCases
  var seed: UInt64 = 0
  var sharesAddress = false
  /// `stand-in`, or the URL of a real InfluxDB; nil for steps that log no operations.
  var influx: String?
  var influxFault: String?
  /// Context and namespace, as `kind-calc/default`; nil for a rehearsal.
  var cluster: String?

  private enum CodingKeys: String, CodingKey {
    case manifest, executable, replicas, clients, phases, doors, kinds, seed, influx, cluster
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

  init() {}

  /// - Parameters:
  ///   - row: what is run.
  ///   - manifest: the path of the deployment's file.
  ///   - seed: the one in use, given or drawn.
  init(
    _ row: Row, _ options: Options, _ deployment: Deployment, manifest: String,
    scaledReplicas: Int?, seed: UInt64
  ) {
    if row.logging != nil {
      influx = options.influx.map { "http://\($0.authority)\($0.prefix)" } ?? "stand-in"
      influxFault = options.influxFault?.text
    }
    self.manifest = manifest
    executable = deployment.executable
    replicas = options.replicas ?? deployment.replicas
    self.scaledReplicas = scaledReplicas
    clients = options.clients
    if case .fixed(let lag, let jitter) = options.proxyLag {
      self.lag = lag / .seconds(1)
      self.jitter = jitter / .seconds(1)
    }
    start = options.start / .seconds(1)
    gone = options.gone / .seconds(1)
    hang = options.hang / .seconds(1)
    grace = deployment.grace
    preStop = deployment.preStopSleep
    phases = options.phases
    doors = options.doors
    kinds = options.kinds
    self.seed = seed
    sharesAddress = options.sharesAddress
  }
}

/// Whether the harness and the machine can be believed.
struct HarnessReport: Codable, Equatable, Sendable {
  /// Requests that failed for want of ports, descriptors or the like on the harness's side.
  var ownFailures = 0
  /// The share of all processors that was busy, 0 to 1.
  var cpu = 0.0
  /// How long the row took, in seconds.
  var wall = 0.0
  /// False when the machine was too slow to say anything about the step.
  var believed = true
  /// Why not, one line each.
  var reasons: [String] = []

  /// No failure of its own, on a machine that kept up.
  var isSound: Bool { believed && ownFailures == 0 }

  private enum CodingKeys: String, CodingKey {
    case cpu, believed, reasons
    case ownFailures = "own_failures"
    case wall = "wall_s"
  }
}
