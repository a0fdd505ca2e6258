/// The objects of a manifest that are rehearsed: a Deployment, and the Services beside it.
struct ManifestObjects {
  private(set) var deployment: ManifestFields
  private let services: [ServiceSpec]
  /// Whether every Service has to send requests to the pods: a row's has.
  private let isRow: Bool

  /// - Throws: `CommandError` (65) when there is no Deployment, or more than one to choose from.
  init(_ bytes: [UInt8], in source: ManifestSource) throws(CommandError) {
    var deployments: [(name: String, fields: ManifestFields)] = []
    var services: [ServiceSpec] = []
    var others: [String] = []
    for var object in try Self.objects(bytes, in: source) {
      guard let kind = try object.string("kind") else {
        throw .data("\(source.file):\(object.line): kind is missing")
      }
      switch kind {
      case "Deployment":
        guard source.choice != nil || deployments.isEmpty else {
          throw .data(
            "\(source.file):\(object.line): a second Deployment; the rehearsal takes one per file")
        }
        var copy = object
        var metadata = try copy.fields("metadata")
        deployments.append((try metadata?.string("name") ?? "", object))
      case "Service":
        guard let service = try ServiceSpec(object) else { continue }
        // A row's is judged where it stands.
        if source.choice == nil { try service.requireModelled() }
        services.append(service)
      default:
        others.append(kind)
        guard source.choice != nil || IgnoredFields.kinds.contains(kind) else {
          throw object.refusal("kind", "\(kind) is not modelled by the rehearsal")
        }
      }
    }
    self.services = services
    isRow = source.choice == nil
    deployment = try Self.choose(deployments, beside: others, in: source)
  }

  private static func choose(
    _ deployments: [(name: String, fields: ManifestFields)], beside others: [String],
    in source: ManifestSource
  ) throws(CommandError) -> ManifestFields {
    let names = deployments.map(\.name).joined(separator: ", ")
    if let name = source.choice?.deployment {
      guard let chosen = deployments.first(where: { $0.name == name }) else {
        throw .data(
          "\(source.file): holds no Deployment '\(name)'\(names.isEmpty ? "" : ", but \(names)")")
      }
      return chosen.fields
    }
    guard let first = deployments.first else {
      let kinds =
        source.choice == nil || others.isEmpty ? "" : ", but \(others.joined(separator: ", "))"
      throw .data("\(source.file): holds no Deployment\(kinds)")
    }
    guard deployments.count == 1 else {
      throw .data(
        "\(source.file): holds \(deployments.count) Deployments (\(names)); name=\(first.name) "
          + "takes one of them")
    }
    return first.fields
  }

  /// Those that send requests to the pods.
  /// - Throws: `CommandError` (65) when one of a row does not, or sends them in a way that is not
  ///   modelled.
  func services(selecting labels: [String: String]) throws(CommandError) -> [ServiceSpec] {
    if isRow {
      for service in services { try service.requireSelection(of: labels) }
      return services
    }
    let found = services.filter { $0.selects(labels) }
    for service in found { try service.requireModelled() }
    return found
  }

  /// Every document, and the items of lists, as kubectl prints them.
  private static func objects(_ bytes: [UInt8], in source: ManifestSource)
    throws(CommandError) -> [ManifestFields]
  {
    var objects: [ManifestFields] = []
    for document in try YAMLReader.documents(bytes, file: source.file) {
      let object = try ManifestFields(document, path: "", in: source)
      var copy = object
      guard source.choice != nil, try copy.string("kind") == "List" else {
        objects.append(object)
        continue
      }
      for (node, _) in try copy.list("items") {
        objects.append(try ManifestFields(node, path: "", in: source))
      }
    }
    return objects
  }
}
