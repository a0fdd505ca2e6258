extension Deployment {
  /// Reads the Deployment of a manifest; kinds without effect may stand beside it.
  ///
  /// Defaults and validation are those of Kubernetes (API apps/v1). What is not modelled is refused
  /// by its path, never ignored.
  /// - Parameter file: names the file in errors.
  /// - Throws: `CommandError` (65) with `file:line: path …`.
  package static func read(_ bytes: [UInt8], file: String) throws(CommandError) -> Deployment {
    var found: Deployment?
    var services: [ServiceSpec] = []
    for document in try YAMLReader.documents(bytes, file: file) {
      var fields = try ManifestFields(document, path: "", file: file)
      guard let kind = try fields.string("kind") else {
        throw .data("\(file):\(document.line): kind is missing")
      }
      if IgnoredFields.kinds.contains(kind) { continue }
      if kind == "Service" {
        if let service = try ServiceSpec(fields) { services.append(service) }
        continue
      }
      guard kind == "Deployment" else {
        throw fields.refusal("kind", "\(kind) is not modelled by the rehearsal")
      }
      guard found == nil else {
        throw .data(
          "\(file):\(document.line): a second Deployment; the rehearsal takes one per file")
      }
      found = try Deployment(&fields)
    }
    guard let found else { throw .data("\(file): holds no Deployment") }
    for service in services { try service.requireSelection(of: found.labels) }
    return found
  }

  private init(_ document: inout ManifestFields) throws(CommandError) {
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
    let containers = try pod.list("containers")
    guard let first = containers.first else {
      throw pod.refusal("containers", "must hold one container")
    }
    guard containers.count == 1 else {
      throw .data(
        "\(pod.file):\(containers[1].node.line): \(containers[1].path) is not modelled by the "
          + "rehearsal, which runs one container per pod"
      )
    }
    var container = try ManifestFields(first.node, path: first.path, file: pod.file)
    self.init(name: name, executable: "")
    labels = try templateMetadata?.texts("labels") ?? [:]

    replicas = try spec.integer("replicas", in: 0...(.max32)) ?? replicas
    if var strategy = try spec.fields("strategy") { self.strategy = try RollingUpdate(&strategy) }
    grace = try pod.integer("terminationGracePeriodSeconds", in: 0...(.max32)) ?? grace
    // The only policy that Kubernetes accepts here.
    if let policy = try pod.string("restartPolicy"), policy != "Always" {
      throw pod.refusal("restartPolicy", "is \(policy), but must be Always in a Deployment")
    }

    try readCommand(&container)
    environment = try Self.variables(&container)
    let ports = try Self.ports(&container)
    if let fields = try container.fields("readinessProbe") {
      readiness = try ProbeSpec(fields, ports: ports, isLiveness: false)
    }
    if let fields = try container.fields("livenessProbe") {
      liveness = try ProbeSpec(fields, ports: ports, isLiveness: true)
    }
    preStopSleep = try Self.preStopSleep(&container, grace: grace)

    for fields in [document, spec, template, pod, container] { try fields.refuseRest() }
  }

  private mutating func readCommand(_ container: inout ManifestFields) throws(CommandError) {
    let command = try container.strings("command")
    guard let program = command.first, let last = program.split(separator: "/").last else {
      throw container.refusal(
        "command", "is missing; its first word names the executable that is rehearsed")
    }
    let args = try container.strings("args")
    for (key, words) in [("command", command), ("args", args)]
    where words.contains(where: Self.refers) {
      throw container.refusal(
        key, "refers to a variable with $(…), which is not modelled by the rehearsal")
    }
    executable = String(last)
    arguments = command.dropFirst() + args
  }

  /// Kubernetes replaces `$(NAME)` in commands, arguments and values.
  private static func refers(_ text: String) -> Bool { text.contains("$(") }

  private static func variables(_ container: inout ManifestFields) throws(CommandError)
    -> [Variable]
  {
    var variables: [Variable] = []
    for (node, path) in try container.list("env") {
      var fields = try ManifestFields(node, path: path, file: container.file)
      guard let name = try fields.string("name"), !name.isEmpty, !name.contains("=") else {
        throw fields.refusal("name", "must name a variable")
      }
      guard !variables.contains(where: { $0.name == name }) else {
        throw fields.refusal("name", "sets \(name) a second time")
      }
      let text = try fields.string("value")
      if let text, refers(text) {
        throw fields.refusal(
          "value", "refers to a variable with $(…), which is not modelled by the rehearsal")
      }
      if var source = try fields.fields("valueFrom") {
        guard text == nil else {
          throw fields.refusal("valueFrom", "stands beside value; only one may be given")
        }
        var reference = try source.fields("fieldRef")
        try source.refuseRest()
        let field = try reference?.string("fieldPath") ?? ""
        guard let reference, field == "metadata.name" else {
          throw (reference ?? source).refusal(
            "fieldPath", "'\(field)' is not modelled by the rehearsal; metadata.name is")
        }
        try reference.refuseRest()
        variables.append(Variable(name: name, value: .podName))
      } else {
        variables.append(Variable(name: name, value: .text(text ?? "")))
      }
      try fields.refuseRest()
    }
    return variables
  }

  private static func ports(_ container: inout ManifestFields) throws(CommandError) -> [String: Int]
  {
    var ports: [String: Int] = [:]
    for (node, path) in try container.list("ports") {
      var fields = try ManifestFields(node, path: path, file: container.file)
      guard let number = try fields.integer("containerPort", in: 1...65535) else {
        throw fields.refusal("containerPort", "is missing")
      }
      if let name = try fields.string("name") { ports[name] = number }
    }
    return ports
  }

  private static func preStopSleep(_ container: inout ManifestFields, grace: Int)
    throws(CommandError)
    -> Int?
  {
    guard var lifecycle = try container.fields("lifecycle") else { return nil }
    var seconds: Int?
    if var hook = try lifecycle.fields("preStop") {
      if var sleep = try hook.fields("sleep") {
        guard let given = try sleep.integer("seconds", in: 0...(.max32)) else {
          throw sleep.refusal("seconds", "is missing")
        }
        // Kubernetes' own rule: a hook that outlives the grace would only be killed.
        guard given <= grace else {
          throw sleep.refusal(
            "seconds", "is \(given), but must not be above terminationGracePeriodSeconds (\(grace))"
          )
        }
        seconds = given
        try sleep.refuseRest()
      }
      try hook.refuseRest()
      guard seconds != nil else {
        throw .data("\(hook.file):\(hook.line): \(hook.path).sleep is missing")
      }
    }
    try lifecycle.refuseRest()
    return seconds
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

extension ManifestFields {
  mutating func required(_ key: String) throws(CommandError) -> ManifestFields {
    guard let fields = try fields(key) else {
      throw .data("\(file):\(line): \(path(of: key)) is missing")
    }
    return fields
  }

  /// Refuses what is neither in the given names nor without effect.
  package func refuseUnknown(besides known: [String]) throws(CommandError) {
    var copy = self
    for key in known { _ = copy.take(key) }
    try copy.refuseRest()
  }
}
