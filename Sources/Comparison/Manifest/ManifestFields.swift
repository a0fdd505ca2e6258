/// A mapping within a manifest: hands out its fields by name and type, and knows which were never
/// asked for.
package struct ManifestFields {
  package let source: ManifestSource
  /// `spec.template.spec`; empty for the document itself.
  package let path: String
  /// Where the mapping starts.
  package let line: Int
  private let entries: [YAMLNode.Entry]
  private var taken: Set<String> = []

  package init(_ node: YAMLNode, path: String, in source: ManifestSource) throws(CommandError) {
    self.source = source
    self.path = path
    line = node.line
    guard case .mapping(let entries) = node.content else {
      throw .data(
        "\(source.file):\(node.line): \(path.isEmpty ? "the document" : path) must be a mapping, "
          + "not \(node.type.rawValue)"
      )
    }
    self.entries = entries
  }

  package var file: String { source.file }

  /// The fields of an element of a list.
  package func inner(_ node: YAMLNode, path: String) throws(CommandError) -> ManifestFields {
    try ManifestFields(node, path: path, in: source)
  }

  /// The full path of a field.
  package func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The line of a field, or of the mapping if the field is missing.
  package func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? line }

  package func refusal(_ key: String, _ message: String) -> CommandError {
    .data("\(file):\(line(of: key)): \(path(of: key)) \(message)")
  }

  /// The field's value; nil when it is missing or null, which Kubernetes does not tell apart.
  package mutating func take(_ key: String) -> YAMLNode? {
    taken.insert(key)
    guard let node = entries.first(where: { $0.key == key })?.value, node.type != .null else {
      return nil
    }
    return node
  }

  package mutating func fields(_ key: String) throws(CommandError) -> ManifestFields? {
    guard let node = take(key) else { return nil }
    return try ManifestFields(node, path: path(of: key), in: source)
  }

  /// The elements of a list, each with its path; empty when the field is missing.
  package mutating func list(_ key: String) throws(CommandError) -> [(node: YAMLNode, path: String)]
  {
    guard let node = take(key) else { return [] }
    guard case .sequence(let nodes) = node.content else {
      throw refusal(key, "must be a list, not \(node.type.rawValue)")
    }
    return nodes.enumerated().map { ($1, "\(path(of: key))[\($0)]") }
  }

  package mutating func string(_ key: String) throws(CommandError) -> String? {
    guard let node = take(key) else { return nil }
    return try Self.string(node, path: path(of: key), file: file)
  }

  package mutating func strings(_ key: String) throws(CommandError) -> [String] {
    var texts: [String] = []
    for (node, path) in try list(key) {
      texts.append(try Self.string(node, path: path, file: file))
    }
    return texts
  }

  /// A mapping of strings; empty when the field is missing.
  package mutating func texts(_ key: String) throws(CommandError) -> [String: String] {
    guard let node = take(key) else { return [:] }
    let path = path(of: key)
    guard case .mapping(let entries) = node.content else {
      throw refusal(key, "must be a mapping, not \(node.type.rawValue)")
    }
    var texts: [String: String] = [:]
    for entry in entries {
      texts[entry.key] = try Self.string(entry.value, path: "\(path).\(entry.key)", file: file)
    }
    return texts
  }

  /// A whole number in a range; one below or above is refused.
  package mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(CommandError)
    -> Int?
  {
    guard let node = take(key) else { return nil }
    guard let number = node.integer else {
      throw refusal(key, "must be a whole number, not \(Self.shown(node))")
    }
    guard range.contains(number) else {
      let allowed =
        range.upperBound == .max32
        ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      throw refusal(key, "is \(number), but must be \(allowed)")
    }
    return number
  }

  /// - Throws: `CommandError` for the first field that was not taken and is not one of the ignored
  ///   ones.
  package func refuseRest() throws(CommandError) {
    for entry in entries
    where !taken.contains(entry.key) && !IgnoredFields.contains(path(of: entry.key)) {
      guard source.choice != nil else {
        throw refusal(entry.key, "is not modelled by the rehearsal")
      }
      if entry.value.isDefault { continue }
      guard let note = IgnoredFields.note(on: path(of: entry.key)) else {
        throw refusal(entry.key, "is not modelled by the rehearsal")
      }
      if !note.isEmpty { source.note("\(entry.key): \(note)") }
    }
  }

  /// Kubernetes refuses a number or a boolean where a string is due, so `value: 3` never reaches a
  /// pod.
  package static func string(_ node: YAMLNode, path: String, file: String) throws(CommandError)
    -> String
  {
    guard case .scalar(let text, _) = node.content, node.type == .string else {
      let advice = node.type == .number || node.type == .boolean ? "; quote it" : ""
      throw .data("\(file):\(node.line): \(path) must be a string, not \(shown(node))\(advice)")
    }
    return text
  }

  package static func shown(_ node: YAMLNode) -> String {
    guard case .scalar(let text, let plain) = node.content, node.type != .null else {
      return node.type.rawValue
    }
    return plain ? "\(node.type.rawValue) (\(text))" : "\"\(text)\""
  }
}

extension YAMLNode {
  /// What a field holds that says nothing: false, null, or an empty list or mapping.
  fileprivate var isDefault: Bool {
    switch content {
    case .scalar(let text, plain: true):
      type == .null
        || (type == .boolean && ["n", "no", "false", "off"].contains(text.lowercased()))
    case .scalar: false
    case .sequence(let nodes): nodes.isEmpty
    case .mapping(let entries): entries.isEmpty
    }
  }
}

extension Int {
  /// The largest value of Kubernetes' 32-bit fields.
  package static let max32 = Int(Int32.max)
}

extension ManifestFields {
  mutating func required(_ key: String) throws(CommandError) -> ManifestFields {
    guard let fields = try fields(key) else {
      throw .data("\(file):\(line): \(path(of: key)) is missing")
    }
    return fields
  }

  /// Refuses what is neither in the given names nor without effect.
  package func refuseUnknown(besides known: [String]) throws(CommandError) {
    var copy = self
    for key in known { _ = copy.take(key) }
    try copy.refuseRest()
  }
}
