/// What a manifest says about a Deployment, as far as one machine can rehearse it.
package struct Deployment: Equatable, Sendable {
  /// `metadata.name`, the first part of the pods' names.
  package var name: String
  /// The first word of `command`; empty where the image decides.
  package var program: String
  /// What follows the program in `command`, then `args`.
  package var arguments: [String] = []
  package var environment: [Variable] = []
  /// Of its pods.
  package var labels: [String: String] = [:]
  /// Where the Service sends requests, else the container's first port; nil when neither says.
  package var port: Int?
  /// Numbers of the container's ports by name.
  package var portNames: [String: Int] = [:]
  package var replicas = 1
  package var strategy = RollingUpdate()
  /// How long a pod has to be ready until it is available.
  package var minReadySeconds = 0
  package var startup: ProbeSpec?
  package var readiness: ProbeSpec?
  package var liveness: ProbeSpec?
  package var preStop: PreStopHook?
  /// `terminationGracePeriodSeconds`, which runs from before preStop.
  package var grace = 30
  /// What was passed over and may matter, one line each.
  package var notes: [String] = []

  package struct Variable: Equatable, Sendable {
    package enum Value: Equatable, Sendable {
      /// With `$(NAME)` as it was written.
      case text(String)
      /// `fieldRef: metadata.name`.
      case podName
      /// `fieldRef: status.podIP`.
      case podAddress
      /// Another `fieldRef`, with its value.
      case field(String)
      /// From an object that is not here, such as a Secret.
      case elsewhere(Source)
    }

    /// Where a value comes from.
    package struct Source: Equatable, Sendable {
      /// Whether the pod starts without it.
      package var isOptional: Bool
      /// `k8s/web.yaml:33: spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef`.
      package var place: String
    }

    package var name: String
    package var value: Value
  }

  package init(name: String, executable: String) {
    self.name = name
    program = executable
  }

  /// The file name of the program.
  package var executable: String { program.split(separator: "/").last.map(String.init) ?? "" }

  /// Seconds of a `preStop` hook that only waits.
  package var preStopSleep: Int? {
    get {
      switch preStop {
      case .sleep(let seconds), .exec(let seconds): seconds
      case .httpGet, nil: nil
      }
    }
    set { preStop = newValue.map { .sleep($0) } }
  }

  /// The value of a variable that stands in the manifest itself.
  package func text(of name: String) -> String? {
    guard case .text(let text) = environment.first(where: { $0.name == name })?.value else {
      return nil
    }
    return text
  }

  package var probes: [(name: String, spec: ProbeSpec)] {
    [("startupProbe", startup), ("readinessProbe", readiness), ("livenessProbe", liveness)]
      .compactMap { name, spec in spec.map { (name, $0) } }
  }

  /// The ports that probes and the hook ask, and where the manifest says so:
  /// `readinessProbe.httpGet.port`.
  package var askedPorts: [(field: String, port: Int)] {
    var asked = probes.compactMap { name, spec in
      spec.port.map { (field: "\(name).\($0.field)", port: $0.number) }
    }
    if case .httpGet(let get) = preStop { asked.append(("preStop.httpGet.port", get.port)) }
    return asked
  }

  /// Takes other times than the manifest's.
  /// - Throws: `CommandError` (64) when a sleep would outlive the grace period, which Kubernetes
  ///   refuses.
  package mutating func replace(grace: Int?, preStop: Int?) throws(CommandError) {
    self.grace = grace ?? self.grace
    if let preStop { preStopSleep = preStop }
    guard case .sleep(let seconds) = self.preStop, seconds > self.grace else { return }
    throw .usage(
      preStop == nil
        ? "grace= is \(self.grace), but must not be below the preStop sleep (\(seconds))"
        : "prestop= is \(seconds), but must not be above the grace period (\(self.grace))")
  }

  /// The variables whose values are not here, and where those come from.
  /// - Parameter given: the names of those that are replaced.
  package func missingValues(besides given: Set<String> = [])
    -> [(name: String, source: Variable.Source)]
  {
    environment.compactMap { variable in
      guard case .elsewhere(let source) = variable.value, !given.contains(variable.name) else {
        return nil
      }
      return (variable.name, source)
    }
  }

  /// - Throws: `CommandError` (65) for the first variable whose value is not here.
  package func requireValues() throws(CommandError) {
    guard let missing = missingValues().first else { return }
    throw .data("\(missing.source.place) is not modelled by the rehearsal")
  }

  /// The environment of one pod, with references to variables replaced. What comes from elsewhere
  /// is left out, unless it is replaced.
  /// - Parameter replaced: values in place of the manifest's, and besides them.
  package func environment(
    podName: String, address: String = "", replaced: [String: String] = [:]
  ) -> [(name: String, value: String)] {
    var known = replaced
    var variables: [(name: String, value: String)] = []
    for variable in environment where replaced[variable.name] == nil {
      let value: String
      switch variable.value {
      case .text(let text): value = VariableReferences.expand(text, known)
      case .field(let text): value = text
      case .podName: value = podName
      case .podAddress: value = address
      case .elsewhere: continue
      }
      known[variable.name] = value
      variables.append((variable.name, value))
    }
    return variables + replaced.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// What references in a probe's command stand for: the kubelet looks at `value` only, as it is
  /// written, and takes a variable with `valueFrom` as empty (`ExpandContainerCommandOnlyStatic` in
  /// pkg/kubelet/container).
  /// - Parameter replaced: values in place of the manifest's, and besides them.
  package func writtenValues(replaced: [String: String]) -> [String: String] {
    var values = replaced
    for variable in environment {
      if case .text(let text) = variable.value {
        values[variable.name] = replaced[variable.name] ?? text
      } else {
        values[variable.name] = ""
      }
    }
    return values
  }
}
