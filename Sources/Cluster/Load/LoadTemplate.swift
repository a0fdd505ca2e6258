import Comparison

/// What every load is made of, read before anything is done in the cluster.
struct LoadTemplate: Sendable {
  static let manifestPath = "k8s/load-test/job.yaml"
  static let scriptPath = "k6/load-test.js"

  /// The manifest of the Job.
  let manifest: JSONValue
  /// What k6 runs.
  let script: String

  /// k6 and its version, as `grafana/k6:1.7.1`: it is a part of every result.
  var image: String {
    manifest["spec"]["template"]["spec"]["containers"].elements.first?["image"].text ?? ""
  }

  /// - Throws: `CommandError`, 66 when a file is missing, 65 when the manifest is none.
  init() throws(CommandError) {
    let documents = try YAMLReader.documents(
      Files.bytes(of: Self.manifestPath), file: Self.manifestPath)
    guard let manifest = documents.first.map({ JSONValue($0) }) else {
      throw .data("\(Self.manifestPath): holds no manifest")
    }
    self.manifest = manifest
    script = String(decoding: try Files.bytes(of: Self.scriptPath), as: UTF8.self)
  }
}
