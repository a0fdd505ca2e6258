/// A Service beside the Deployment: the rehearsal's doors are an ordinary one, which sends each new
/// connection to any ready pod. What would send them elsewhere is refused by name; type, ports and
/// the like change nothing on one machine.
struct ServiceSpec: Sendable {
  private let selector: [String: String]
  private let place: String
  /// `targetPort` of its first port, by number or name.
  private let target: (number: Int?, name: String?)

  /// Nil for one that says nothing.
  /// - Parameter document: the whole of it.
  /// - Throws: `CommandError` (65).
  init?(_ document: ManifestFields) throws(CommandError) {
    var document = document
    guard var spec = try document.fields("spec") else { return nil }
    place = "\(spec.file):\(spec.line(of: "selector")): \(spec.path(of: "selector"))"
    selector = try spec.texts("selector")
    target = try Self.target(&spec)
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

  /// Whether a Service selects pods with these labels.
  static func selects(_ labels: [String: String], _ document: ManifestFields)
    throws(CommandError) -> Bool
  {
    var document = document
    guard var spec = try document.fields("spec") else { return false }
    let selector = try spec.texts("selector")
    return !selector.isEmpty && selector.allSatisfy { labels[$0.key] == $0.value }
  }

  private static func target(_ spec: inout ManifestFields) throws(CommandError)
    -> (number: Int?, name: String?)
  {
    guard let first = try spec.list("ports").first else { return (nil, nil) }
    var port = try spec.inner(first.node, path: first.path)
    guard let node = port.take("targetPort") else {
      return (try port.integer("port", in: 1...65535), nil)
    }
    return node.type == .number
      ? (try port.integer("targetPort", in: 1...65535), nil)
      : (nil, try port.string("targetPort"))
  }

  /// The port of the pods that it sends requests to; nil when it does not say.
  /// - Parameter names: numbers of the container's ports by name.
  func target(in names: [String: Int]) -> Int? {
    target.number ?? target.name.flatMap { names[$0] }
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
  var isTrue: Bool {
    guard case .scalar(let text, _) = content, type == .boolean else { return false }
    return ["y", "yes", "true", "on"].contains(text.lowercased())
  }
}
