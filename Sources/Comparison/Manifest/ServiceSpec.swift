/// A Service beside the Deployment: the rehearsal's doors are an ordinary one, which sends each new
/// connection to any ready pod. What would send them elsewhere is refused by name; type, ports and
/// the like change nothing on one machine.
struct ServiceSpec {
  private let spec: ManifestFields
  private let selector: [String: String]

  /// Reads it, and refuses nothing that is valid. Nil for one that says nothing.
  /// - Parameter document: the whole of it.
  /// - Throws: `CommandError` (65).
  init?(_ document: ManifestFields) throws(CommandError) {
    var document = document
    guard var spec = try document.fields("spec") else { return nil }
    self.spec = spec
    selector = try spec.texts("selector")
  }

  /// - Throws: `CommandError` (65) when it sends requests in a way that is not modelled.
  func requireModelled() throws(CommandError) {
    var spec = spec
    if let node = spec.take("publishNotReadyAddresses"), node.isTrue {
      throw spec.refusal(
        "publishNotReadyAddresses",
        "is true, which is not modelled by the rehearsal: it sends to ready pods only")
    }
    if let affinity = try spec.string("sessionAffinity"), affinity != "None" {
      throw spec.refusal(
        "sessionAffinity",
        "is \(affinity), which is not modelled by the rehearsal: its clients have no address")
    }
    if try spec.string("clusterIP") == "None" {
      throw spec.refusal(
        "clusterIP", "is None, which is not modelled by the rehearsal: its clients ask no DNS")
    }
  }

  /// Whether it selects pods with these labels.
  func selects(_ labels: [String: String]) -> Bool {
    !selector.isEmpty && selector.allSatisfy { labels[$0.key] == $0.value }
  }

  /// The port of the pods to which its first port leads; nil when it has none.
  /// - Parameter names: numbers of the container's ports by name.
  /// - Throws: `CommandError` (65) when the container has no port of the name that it gives. Where
  ///   one of several containers was chosen another may have it, and then this is noted.
  func target(in names: [String: Int]) throws(CommandError) -> Int? {
    var spec = spec
    guard let first = try spec.list("ports").first else { return nil }
    var port = try spec.inner(first.node, path: first.path)
    guard port.take("targetPort") != nil else { return try port.integer("port", in: 1...65535) }
    do throws(CommandError) {
      return try port.port("targetPort", among: names)
    } catch {
      guard spec.source.choice?.container != nil else { throw error }
      spec.source.note(error.message)
      return nil
    }
  }

  /// - Throws: `CommandError` (65) when it would have no endpoint.
  func requireSelection(of labels: [String: String]) throws(CommandError) {
    guard !selector.isEmpty else {
      throw spec.refusal("selector", "is missing, so it has no endpoint")
    }
    for (key, value) in selector.sorted(by: { $0.key < $1.key }) where labels[key] != value {
      let found = labels[key].map { "have \(key): \($0)" } ?? "have no \(key)"
      throw spec.refusal("selector", "selects \(key): \(value), but the pods \(found)")
    }
  }
}

extension YAMLNode {
  var isTrue: Bool {
    guard case .scalar(let text, _) = content, type == .boolean else { return false }
    return ["y", "yes", "true", "on"].contains(text.lowercased())
  }
}
