/// What a manifest says about a Deployment, as far as one machine can rehearse it.
package struct Deployment: Equatable, Sendable {
  /// `metadata.name`, the first part of the pods' names.
  package var name: String
  /// The file name of the program, to be looked for in the folder of executables.
  package var executable: String
  /// What follows the executable in `command`, then `args`.
  package var arguments: [String] = []
  package var environment: [Variable] = []
  /// Of its pods.
  package var labels: [String: String] = [:]
  package var replicas = 1
  package var strategy = RollingUpdate()
  package var readiness: ProbeSpec?
  package var liveness: ProbeSpec?
  /// `lifecycle.preStop.sleep.seconds`.
  package var preStopSleep: Int?
  /// `terminationGracePeriodSeconds`, which runs from before preStop.
  package var grace = 30

  package struct Variable: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
      case text(String)
      /// `fieldRef: metadata.name`.
      case podName
    }

    package var name: String
    package var value: Value
  }

  /// Takes other times than the manifest's.
  /// - Throws: `CommandError` (64) when the hook would outlive the grace period, as Kubernetes
  ///   does.
  package mutating func replace(grace: Int?, preStop: Int?) throws(CommandError) {
    self.grace = grace ?? self.grace
    preStopSleep = preStop ?? preStopSleep
    guard let preStopSleep, preStopSleep > self.grace else { return }
    throw .usage(
      "prestop= is \(preStopSleep), but must not be above the grace period (\(self.grace))")
  }

  /// The environment of one pod.
  package func environment(podName: String) -> [(name: String, value: String)] {
    environment.map { variable in
      switch variable.value {
      case .text(let text): (variable.name, text)
      case .podName: (variable.name, podName)
      }
    }
  }
}
