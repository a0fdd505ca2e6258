import Comparison
import Shared

/// What a rehearsal is asked to do.
struct Options: Equatable, Sendable {
  var choice = RowChoice()
  /// Those that were chosen; none when a service of one's own is rehearsed.
  var rows: [Row] = Row.all
  /// Instead of the rows.
  var own: OwnService?
  /// Clients of each Deployment, split evenly over doors and kinds.
  var clients = 40
  /// Instead of the manifest's.
  var replicas: Int?
  /// Until a proxy hears of a change; when neither this nor `jitter` is given, proxies sync as
  /// kube-proxy does.
  var lag: Duration?
  /// Up to this much is added to `lag`, at random.
  var jitter: Duration?
  /// From a pod's creation until its process starts: scheduling, sandbox and network, with the
  /// image on the node.
  var start = Duration.seconds(1)
  /// From a deleted pod's exit until its address is gone.
  var gone = Duration.milliseconds(200)
  /// How long a connection to a gone address hangs until it is unreachable; as a node's neighbour
  /// table has it when nil.
  var hang: Duration?
  /// The minor version whose kubelet and kube-proxy are modelled.
  var kubernetes = KubernetesVersion.newest
  /// What the load balancer behind the door `http` knows of the pods.
  var balancer = Balancer.service
  /// Until a balancer that knows endpoints hears of a change; like the proxies when nil.
  var balancerLag: Duration?
  /// Requests after which a client that keeps its connection makes a new one; nil: never.
  var keep: Int? = 100
  /// Seconds of the `preStop` sleep, instead of the manifest's.
  var preStop: Int?
  /// Seconds of the grace period, instead of the manifest's.
  var grace: Int?
  /// In the order of `Phase`.
  var phases: [Phase] = Phase.allCases
  var doors: [Door] = Door.rehearsed
  var kinds: [ClientKind] = ClientKind.allCases
  /// Of everything random; a new one each time when nil.
  var seed: UInt64?
  /// One address for all pods, and a port for each.
  var sharesAddress = false
  /// A real InfluxDB instead of the stand-in. Each row gets a database of its own, which is dropped
  /// at its end.
  var influx: Influx?
  /// From the rollout's begin on.
  var influxFault: InfluxFault?
  /// Plain lines instead of a screen that is redrawn.
  var isPlain = false
  var manifests = "k8s"
  /// The folder of the steps' executables.
  var executables: String
  var results = "results/rehearsal"
  /// The folder for the pods' output; nil to keep none.
  var logs: String?
  /// The file for the verdicts as JUnit XML; nil for none.
  var junit: String?
  /// The port of the live page, on loopback; nil for none.
  var page: UInt16?

  init(executables: String) { self.executables = executables }

  /// Either of `lag` and `jitter` replaces the syncs; `jitter` alone comes on top of what a change
  /// takes to travel.
  var proxyLag: ProxyLag {
    guard lag != nil || jitter != nil else { return .kubeProxy(kubernetes) }
    return .fixed(lag: lag ?? .milliseconds(100), jitter: jitter ?? .zero)
  }
}
