/// JSON that is passed on whole: manifests, of which only a few fields are changed.
package enum JSONValue: Equatable, Sendable, Encodable {
  case null
  case bool(Bool)
  case number(Int)
  case string(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// What a manifest's YAML stands for. Numbers with fractions are none of a manifest's, and stay
  /// text.
  package init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let elements): self = .list(elements.map { JSONValue($0) })
    case .mapping(let entries):
      self = .object(Dictionary(entries.map { ($0.key, JSONValue($0.value)) }) { $1 })
    case .scalar(let text, _):
      switch node.type {
      case .null: self = .null
      case .boolean: self = .bool(["y", "yes", "true", "on"].contains(text.lowercased()))
      case .number: self = node.integer.map { .number($0) } ?? .string(text)
      default: self = .string(text)
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .null: try value.encodeNil()
    case .bool(let bool): try value.encode(bool)
    case .number(let number): try value.encode(number)
    case .string(let string): try value.encode(string)
    case .list(let list): try value.encode(list)
    case .object(let object): try value.encode(object)
    }
  }

  /// A field of an object; null when there is none. Set on anything else it makes an object of it.
  package subscript(key: String) -> JSONValue {
    get { if case .object(let fields) = self { fields[key] ?? .null } else { .null } }
    set {
      var fields: [String: JSONValue] = [:]
      if case .object(let own) = self { fields = own }
      fields[key] = newValue
      self = .object(fields)
    }
  }

  /// The elements of a list; empty for anything else.
  package var elements: [JSONValue] {
    get { if case .list(let elements) = self { elements } else { [] } }
    set { self = .list(newValue) }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// - Throws: `CommandError` (70) for what JSON cannot hold, which is nothing.
  package func bytes() throws(CommandError) -> [UInt8] {
    do { return Array(try JSONEncoder().encode(self)) } catch {
      throw CommandError(.software, "a manifest cannot be written as JSON")
    }
  }
}
