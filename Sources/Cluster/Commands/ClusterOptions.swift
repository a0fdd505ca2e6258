import Comparison

extension Option {
  /// `ns=`, a namespace by its name (RFC 1123 label, as Kubernetes takes it). An empty one is none,
  /// as the scripts have it.
  static func namespace(to path: WritableKeyPath<Values, String?> & Sendable) -> Option {
    Option(
      "ns", "talk", "the namespace (default that of kubectl's context)",
      allowed: "a namespace's name: small letters, digits and hyphens"
    ) { values, text in
      if text.isEmpty { return true }
      let isAllowed = text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      }
      guard isAllowed, text.utf8.count <= 63, text.first != "-", text.last != "-" else {
        return false
      }
      values[keyPath: path] = text
      return true
    }
  }

  /// `clients=`, those of all doors and kinds together: each pair needs one.
  static func clients(to path: WritableKeyPath<Values, Int> & Sendable) -> Option {
    let groups = ClusterDoor.all.count * ClientKind.allCases.count
    return .number(
      "clients", "40", "clients, over all doors and kinds (default 40)", groups...5000, to: path)
  }
}
