/// The manifest of a subject, read before anything is started.
package struct ManifestFile: Equatable, Sendable {
  /// `k8s/v4/deployment.yaml`.
  package let path: String
  package var deployment: Deployment

  /// The manifest of a row.
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

  /// Each pod of a row listens on one port, and its probes and hook ask that. On a cluster a probe
  /// of another port never passes.
  /// - Parameter port: where pods listen when `LISTEN_PORT` does not say.
  /// - Throws: `CommandError` (65).
  package func requireProbes(of port: UInt16) throws(CommandError) {
    let listening = deployment.text(of: "LISTEN_PORT") ?? "\(port)"
    for (field, port) in deployment.askedPorts where "\(port)" != listening {
      throw .data("\(path): \(field) is \(port), but the pods listen on \(listening)")
    }
  }
}
