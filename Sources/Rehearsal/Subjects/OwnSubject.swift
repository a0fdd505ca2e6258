import Comparison
import Libc
import Shared

/// A service of one's own as a subject: its Deployment, its command, and what holds of any service.
extension Subject {
  /// Reads the manifest and looks for the program.
  /// - Parameter inherited: the environment of this process, as `NAME=value`; in a container that
  ///   of the image has its place.
  /// - Throws: `CommandError`, with what is missing and where.
  init(_ own: OwnService, _ options: Options, inherited: [String]) throws(CommandError) {
    let choice = ManifestChoice(deployment: own.name, container: own.container)
    let bytes: [UInt8]
    if let given = own.bytes { bytes = given } else { bytes = try Files.bytes(of: own.deployment) }
    var deployment = try Deployment.read(bytes, file: own.file, choice: choice)
    try deployment.replace(grace: options.grace, preStop: options.preStop)
    try deployment.requireValues(own)
    let manifest = ManifestFile(path: own.file, deployment: deployment)
    let command = try PodCommand(own, manifest, inherited: inherited)
    try manifest.requirePrograms(command)
    self.init(
      // Results are called by it.
      name: Row.named(deployment.name) == nil ? deployment.name : "deployment-\(deployment.name)",
      label: deployment.name, manifest: manifest, command: command,
      request: LoadRequest(own), claims: Claim.ofAnyService)
    description = SubjectDescription(
      name: deployment.name,
      command: (own.run ?? [deployment.program] + deployment.arguments).joined(separator: " "),
      request: "\(own.method) \(own.target)", accepted: "\(own.accepted)",
      probes: deployment.probes.map { $0.name.replacing("Probe", with: "") })
  }
}

extension Deployment {
  /// - Throws: `CommandError` (65) that names the variables whose values are not here.
  fileprivate func requireValues(_ own: OwnService) throws(CommandError) {
    let missing = missingValues(besides: Set(own.environment.keys)).filter { !$0.source.isOptional }
    guard let first = missing.first else { return }
    let names = missing.map { "\($0.name)=…" }.joined(separator: " ")
    throw .data("\(first.source.place) is not here; give it with env='\(names)'")
  }
}

extension ManifestFile {
  /// - Throws: `CommandError` (66) when the command of a probe is not on this machine.
  fileprivate func requirePrograms(_ command: PodCommand) throws(CommandError) {
    for (name, probe) in deployment.probes {
      guard case .exec(let words) = probe.handler,
        let loopback = SocketAddress(host: "127.0.0.1", port: command.port)
      else { continue }
      let program = command.probe(words, of: deployment, at: loopback)[0]
      guard ExecutablePath.find(program) == nil else { continue }
      throw .noInput(
        "\(path): \(name).exec runs on this machine, and '\(program)' is no program here")
    }
  }
}

extension PodCommand {
  /// - Throws: `CommandError` when there is no command, no such program, or no port.
  fileprivate init(_ own: OwnService, _ manifest: ManifestFile, inherited: [String])
    throws(CommandError)
  {
    let deployment = manifest.deployment
    let words = own.run ?? (deployment.program.isEmpty ? [] : [deployment.program])
    guard let program = words.first else {
      throw .usage(
        "run= is missing: \(manifest.path) leaves the command to the image; "
          + "run='node server.js' names it")
    }
    guard let executable = ExecutablePath.find(program) else {
      throw .noInput(
        own.run == nil
          ? "\(manifest.path): its command '\(program)' is no program on this machine; run= names "
            + "one"
          : "run=: '\(program)' is no program on this machine. \(ExecutablePath.advice(words))")
    }
    guard
      let port = own.port ?? deployment.port
        ?? deployment.probes.compactMap(\.spec.port?.number)
        .first
    else {
      throw .usage("port= is missing: \(manifest.path) names no port; port=8080 does")
    }
    self.init(
      executable: executable,
      arguments: own.run.map { Array($0.dropFirst()) } ?? deployment.arguments,
      // Ports below 1024 are for root; a service that is told its port takes any.
      port: UInt16(port < 1024 && geteuid() != 0 ? port + 8000 : port), containerPort: port,
      listening: own.listening, podName: "HOSTNAME", base: Self.withoutKnobs(inherited),
      replaced: own.environment)
  }

  /// make passes its variables on, among them the knobs of this command.
  private static func withoutKnobs(_ environment: [String]) -> [String] {
    let knobs = Set(Options.ownSyntax.options.map(\.name))
    return environment.filter { entry in
      let name = String(entry.prefix { $0 != "=" })
      return !knobs.contains(name) && !name.hasPrefix("MAKE") && name != "MFLAGS"
    }
  }
}

extension LoadRequest {
  fileprivate init(_ own: OwnService) {
    self.init(method: Method(own.method), target: own.target, body: Array(own.body.utf8))
    for header in own.headers { fields.append(header.name, header.value) }
    if !body.isEmpty, fields.first("Content-Type") == nil {
      let isJSON = own.body.hasPrefix("{") || own.body.hasPrefix("[")
      fields.append("Content-Type", isJSON ? "application/json" : "text/plain")
    }
    answers = AcceptedAnswers(statuses: own.accepted)
  }
}
