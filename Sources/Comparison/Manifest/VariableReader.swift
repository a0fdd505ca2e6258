/// Reads the environment variables of a container (`env`).
struct VariableReader {
  /// What field references lead to.
  struct Origin {
    let labels: [String: String]
    let namespace: String
    let account: String
  }

  private let origin: Origin

  init(_ origin: Origin) { self.origin = origin }

  func variables(_ container: inout ManifestFields) throws(CommandError) -> [Deployment.Variable] {
    var variables: [Deployment.Variable] = []
    for (node, path) in try container.list("env") {
      var fields = try container.inner(node, path: path)
      guard let name = try fields.string("name"), !name.isEmpty, !name.contains("=") else {
        throw fields.refusal("name", "must name a variable")
      }
      guard !variables.contains(where: { $0.name == name }) else {
        throw fields.refusal("name", "sets \(name) a second time")
      }
      let text = try fields.string("value")
      if let source = try fields.fields("valueFrom") {
        guard text == nil else {
          throw fields.refusal("valueFrom", "stands beside value; only one may be given")
        }
        variables.append(.init(name: name, value: try value(from: source)))
      } else {
        variables.append(.init(name: name, value: .text(text ?? "")))
      }
      try fields.refuseRest()
    }
    return variables
  }

  /// Objects that values come from, and that are not here.
  private static let kinds = ["secretKeyRef", "configMapKeyRef", "resourceFieldRef", "fileKeyRef"]

  private func value(from source: ManifestFields) throws(CommandError) -> Deployment.Variable.Value
  {
    var source = source
    for kind in Self.kinds {
      guard var reference = try source.fields(kind) else { continue }
      let optional = reference.take("optional")?.isTrue ?? false
      return .elsewhere(
        .init(
          isOptional: optional,
          place: "\(source.file):\(source.line(of: kind)): \(source.path(of: kind))"))
    }
    var reference = try source.fields("fieldRef")
    try source.refuseRest()
    let field = try reference?.string("fieldPath") ?? ""
    try reference?.refuseRest()
    switch field {
    case "metadata.name": return .podName
    case "metadata.namespace": return .field(origin.namespace)
    case "status.podIP", "status.podIPs": return .podAddress
    case "status.hostIP", "status.hostIPs": return .field("127.0.0.1")
    case "spec.nodeName": return .field("localhost")
    case "spec.serviceAccountName": return .field(origin.account)
    default:
      if let label = Self.key(of: field, in: "metadata.labels") {
        return .field(origin.labels[label] ?? "")
      }
      throw (reference ?? source).refusal(
        "fieldPath", "'\(field)' is not modelled by the rehearsal; metadata.name is")
    }
  }

  /// `metadata.labels['app']`.
  private static func key(of field: String, in map: String) -> String? {
    guard field.hasPrefix("\(map)['"), field.hasSuffix("']") else { return nil }
    return String(field.dropFirst(map.count + 2).dropLast(2))
  }
}
