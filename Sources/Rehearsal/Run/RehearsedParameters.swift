import Comparison
import Shared

extension Parameters {
  /// - Parameters:
  ///   - subject: what is run.
  ///   - seed: the one in use, given or drawn.
  init(_ subject: Subject, _ options: Options, seed: UInt64) {
    let deployment = subject.deployment
    self.init()
    if subject.logging != nil {
      influx = options.influx.map { "http://\($0.authority)\($0.prefix)" } ?? "stand-in"
      influxFault = options.influxFault?.text
    }
    manifest = subject.manifest.path
    executable = deployment.executable
    replicas = options.replicas ?? deployment.replicas
    scaledReplicas = options.phases.contains(.scaleUp) ? PhasePlan.scaledUp(replicas) : nil
    clients = options.clients
    if case .fixed(let lag, let jitter) = options.proxyLag {
      self.lag = lag / .seconds(1)
      self.jitter = jitter / .seconds(1)
    }
    start = options.start / .seconds(1)
    gone = options.gone / .seconds(1)
    hang = options.hang.map { $0 / .seconds(1) }
    kubernetes = options.kubernetes.text
    balancer = options.balancer.rawValue
    balancerLag = options.balancerLag.map { $0 / .seconds(1) }
    keep = options.keep
    grace = deployment.grace
    preStop = deployment.preStopSleep
    phases = options.phases
    doors = options.doors
    kinds = options.kinds
    self.seed = seed
    sharesAddress = options.sharesAddress
  }
}
