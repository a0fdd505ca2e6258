/// The manifest of a row, read before anything is started.
package struct ManifestFile: Equatable, Sendable {
  /// `k8s/v4/deployment.yaml`.
  package let path: String
  package var deployment: Deployment

  /// - Parameter folder: that of all manifests.
  /// - Throws: `CommandError`: 66 when there is none, 65 when it is not YAML, invalid, or not
  ///   modelled.
  package init(of row: Row, in folder: String) throws(CommandError) {
    path = "\(folder)/\(row.manifest)"
    deployment = try Deployment.read(Files.bytes(of: path), file: path)
    try deployment.requireValues()
  }

  package init(path: String, deployment: Deployment) {
    self.path = path
    self.deployment = deployment
  }

  /// Each pod listens on one port of its own here, and its probes ask that. On a cluster a probe of
  /// another port never passes.
  /// - Parameter port: where pods listen when `LISTEN_PORT` does not say.
  /// - Throws: `CommandError` (65).
  package func requireProbes(of port: UInt16) throws(CommandError) {
    let listening = deployment.text(of: "LISTEN_PORT") ?? "\(port)"
    for (name, probe) in deployment.probes {
      guard let (number, field) = probe.port, "\(number)" != listening else { continue }
      throw .data(
        "\(path): \(name).\(field) is \(number), but the pods listen on \(listening)")
    }
  }
}
