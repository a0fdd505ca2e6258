extension Deployment {
  /// Reads the Deployment of a manifest; kinds without effect may stand beside it.
  ///
  /// Defaults and validation are those of Kubernetes (API apps/v1). What is not modelled is refused
  /// by its path, never ignored.
  /// - Parameters:
  ///   - file: names the file in errors.
  ///   - choice: for a manifest that was not written for a rehearsal: what to take of it.
  /// - Throws: `CommandError` (65) with `file:line: path …`.
  package static func read(_ bytes: [UInt8], file: String, choice: ManifestChoice? = nil)
    throws(CommandError) -> Deployment
  {
    let source = ManifestSource(file: file, choice: choice)
    let objects = try ManifestObjects(bytes, in: source)
    var document = objects.deployment
    var deployment = try Deployment(&document)
    for service in try objects.services(selecting: deployment.labels) {
      deployment.port = try service.target(in: deployment.portNames) ?? deployment.port
    }
    deployment.notes = source.notes
    return deployment
  }

  init(_ document: inout ManifestFields) throws(CommandError) {
    let version = try document.string("apiVersion")
    guard version == "apps/v1" else {
      throw document.refusal("apiVersion", "must be apps/v1\(version.map { ", not \($0)" } ?? "")")
    }
    var metadata = try document.required("metadata")
    guard let name = try metadata.string("name") else {
      throw .data("\(metadata.file):\(metadata.line): metadata.name is missing")
    }
    var spec = try document.required("spec")
    var template = try spec.required("template")
    var templateMetadata = try template.fields("metadata")
    var pod = try template.required("spec")
    var container = try Self.container(&pod)
    self.init(name: name, executable: "")
    labels = try templateMetadata?.texts("labels") ?? [:]

    replicas = try spec.integer("replicas", in: 0...(.max32)) ?? replicas
    if var strategy = try spec.fields("strategy") { self.strategy = try RollingUpdate(&strategy) }
    minReadySeconds = try spec.integer("minReadySeconds", in: 0...(.max32)) ?? minReadySeconds
    grace = try pod.integer("terminationGracePeriodSeconds", in: 0...(.max32)) ?? grace
    // The only policy that Kubernetes accepts here.
    if let policy = try pod.string("restartPolicy"), policy != "Always" {
      throw pod.refusal("restartPolicy", "is \(policy), but must be Always in a Deployment")
    }
    let origin = VariableReader.Origin(
      labels: labels, namespace: try metadata.string("namespace") ?? "default",
      account: try pod.string("serviceAccountName") ?? "default")
    try readContainer(&container, origin)
    for fields in [document, spec, template, pod, container] { try fields.refuseRest() }
  }

  private mutating func readContainer(
    _ container: inout ManifestFields, _ origin: VariableReader.Origin
  ) throws(CommandError) {
    let command = try container.strings("command")
    if command.first?.split(separator: "/").last == nil, container.source.choice == nil {
      throw container.refusal(
        "command", "is missing; its first word names the executable that is rehearsed")
    }
    program = command.first ?? ""
    arguments = command.dropFirst() + (try container.strings("args"))
    environment = try VariableReader(origin).variables(&container)
    try readPorts(&container)
    if let fields = try container.fields("startupProbe") {
      startup = try ProbeSpec(fields, ports: portNames, role: .startup)
    }
    if let fields = try container.fields("readinessProbe") {
      readiness = try ProbeSpec(fields, ports: portNames, role: .readiness)
    }
    if let fields = try container.fields("livenessProbe") {
      liveness = try ProbeSpec(fields, ports: portNames, role: .liveness)
    }
    preStop = try PreStopHook.read(&container, grace: grace, ports: portNames)
  }

  private mutating func readPorts(_ container: inout ManifestFields) throws(CommandError) {
    for (node, path) in try container.list("ports") {
      var fields = try container.inner(node, path: path)
      guard let number = try fields.integer("containerPort", in: 1...65535) else {
        throw fields.refusal("containerPort", "is missing")
      }
      if let name = try fields.string("name") { portNames[name] = number }
      port = port ?? number
    }
  }

  /// The one that is rehearsed.
  private static func container(_ pod: inout ManifestFields) throws(CommandError) -> ManifestFields
  {
    let containers = try pod.list("containers")
    guard let first = containers.first else {
      throw pod.refusal("containers", "must hold one container")
    }
    if let name = pod.source.choice?.container {
      var names: [String] = []
      for (node, path) in containers {
        let container = try pod.inner(node, path: path)
        var copy = container
        names.append(try copy.string("name") ?? "")
        if names.last != name { continue }
        if containers.count > 1 {
          pod.source.note("containers: only \(name) is run, the others are not")
        }
        return container
      }
      throw pod.refusal(
        "containers", "holds no container '\(name)', but \(names.joined(separator: ", "))")
    }
    guard containers.count == 1 else {
      let advice = pod.source.choice == nil ? "" : "; container=NAME takes one of them"
      throw .data(
        "\(pod.file):\(containers[1].node.line): \(containers[1].path) is not modelled by the "
          + "rehearsal, which runs one container per pod\(advice)"
      )
    }
    return try pod.inner(first.node, path: first.path)
  }
}

extension RollingUpdate {
  fileprivate init(_ strategy: inout ManifestFields) throws(CommandError) {
    self.init()
    if let type = try strategy.string("type"), type != "RollingUpdate" {
      throw strategy.refusal("type", "'\(type)' is not modelled by the rehearsal; RollingUpdate is")
    }
    if var limits = try strategy.fields("rollingUpdate") {
      maxSurge = try Self.amount(&limits, "maxSurge", atMost: nil) ?? maxSurge
      maxUnavailable = try Self.amount(&limits, "maxUnavailable", atMost: 100) ?? maxUnavailable
      guard !maxSurge.isZero || !maxUnavailable.isZero else {
        throw limits.refusal("maxUnavailable", "may not be 0 when maxSurge is 0")
      }
      try limits.refuseRest()
    }
    try strategy.refuseRest()
  }

  private static func amount(_ fields: inout ManifestFields, _ key: String, atMost: Int?)
    throws(CommandError) -> Amount?
  {
    guard let node = fields.take(key) else { return nil }
    if node.type == .number { return try fields.integer(key, in: 0...(.max32)).map { .count($0) } }
    let text = try fields.string(key) ?? ""
    let digits = text.dropLast()
    guard text.hasSuffix("%"), !digits.isEmpty,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let percent = Int(digits),
      percent <= .max32
    else {
      throw fields.refusal(key, "must be a number or a percentage such as 25%, not \"\(text)\"")
    }
    if let atMost, percent > atMost {
      throw fields.refusal(key, "is \(text), but must not be above \(atMost)%")
    }
    return .percent(percent)
  }
}
