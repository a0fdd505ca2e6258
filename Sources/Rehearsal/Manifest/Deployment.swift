/// What a manifest says about a Deployment, as far as one machine can rehearse it.
struct Deployment: Equatable, Sendable {
  /// `metadata.name`, the first part of the pods' names.
  var name: String
  /// The file name of the program, to be looked for in the folder of executables.
  var executable: String
  /// What follows the executable in `command`, then `args`.
  var arguments: [String] = []
  var environment: [Variable] = []
  var replicas = 1
  var strategy = RollingUpdate()
  var readiness: ProbeSpec?
  var liveness: ProbeSpec?
  /// `lifecycle.preStop.sleep.seconds`.
  var preStopSleep: Int?
  /// `terminationGracePeriodSeconds`, which runs from before preStop.
  var grace = 30

  struct Variable: Equatable, Sendable {
    enum Value: Equatable, Sendable {
      case text(String)
      /// `fieldRef: metadata.name`.
      case podName
    }

    var name: String
    var value: Value
  }

  /// The environment of one pod.
  func environment(podName: String) -> [(name: String, value: String)] {
    environment.map { variable in
      switch variable.value {
      case .text(let text): (variable.name, text)
      case .podName: (variable.name, podName)
      }
    }
  }
}
