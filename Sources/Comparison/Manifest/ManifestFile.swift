extension Deployment {
  /// Reads the manifest of a row: `<folder>/<step>/deployment.yaml`.
  /// - Throws: `Refusal`, 66 when there is none, 65 when it is not YAML, invalid, or not modelled.
  package static func read(of row: Row, in folder: String) throws(Refusal) -> Deployment {
    let path = path(of: row, in: folder)
    return try read(Files.bytes(of: path), file: path)
  }

  package static func path(of row: Row, in folder: String) -> String {
    "\(folder)/\(row.folder)/deployment.yaml"
  }
}
