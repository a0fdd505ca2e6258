/// A Service beside the Deployment: the rehearsal's doors are an ordinary one, which sends each new
/// connection to any ready pod. What would send them elsewhere is refused by name; type, ports and
/// the like change nothing on one machine.
package struct ServiceSpec: Equatable, Sendable {
  private let selector: [String: String]
  private let place: String

  /// Nil for one that says nothing.
  /// - Parameter document: the whole of it.
  /// - Throws: `CommandError` (65).
  init?(_ document: ManifestFields) throws(CommandError) {
    var document = document
    guard var spec = try document.fields("spec") else { return nil }
    place = "\(spec.file):\(spec.line(of: "selector")): \(spec.path(of: "selector"))"
    selector = try spec.texts("selector")
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

  /// - Throws: `CommandError` (65) when it would have no endpoint.
  func requireSelection(of labels: [String: String]) throws(CommandError) {
    guard !selector.isEmpty else { throw .data("\(place) is missing, so it has no endpoint") }
    for (key, value) in selector.sorted(by: { $0.key < $1.key }) where labels[key] != value {
      let found = labels[key].map { "have \(key): \($0)" } ?? "have no \(key)"
      throw .data("\(place) selects \(key): \(value), but the pods \(found)")
    }
  }
}

extension YAMLNode {
  fileprivate var isTrue: Bool {
    guard case .scalar(let text, _) = content, type == .boolean else { return false }
    return ["y", "yes", "true", "on"].contains(text.lowercased())
  }
}
