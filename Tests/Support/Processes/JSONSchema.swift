@testable import Comparison

/// A JSON document, as it is.
indirect enum JSONDocument: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([JSONDocument])
  case object([String: JSONDocument])

  init(_ bytes: [UInt8]) throws { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let list = try? value.decode([JSONDocument].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONDocument].self))
    }
  }

  subscript(key: String) -> JSONDocument? {
    if case .object(let fields) = self { fields[key] } else { nil }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var elements: [JSONDocument] { if case .list(let elements) = self { elements } else { [] } }
}

/// Validates documents against the keywords of JSON Schema (draft 2020-12) that
/// `docs/result.schema.json` uses. Any other keyword is an error, so that none is passed over.
struct JSONSchema {
  private static let notes: Set<String> = ["$schema", "$defs", "title", "description"]

  let root: JSONDocument

  /// That of a row's result.
  static func result() throws -> JSONSchema {
    JSONSchema(
      root: try JSONDocument(
        Files.bytes(of: "\(TemporaryFolder.repository)/docs/result.schema.json")))
  }

  /// What is wrong with a document, each with its place; empty when nothing is.
  func errors(_ document: JSONDocument) -> [String] { errors(document, root, at: "") }

  private func errors(_ value: JSONDocument, _ schema: JSONDocument, at place: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(place): a schema is no object"] }
    return keywords.sorted { $0.key < $1.key }.flatMap { keyword, rule -> [String] in
      switch keyword {
      case "$ref":
        let name = rule.text?.split(separator: "/").last.map(String.init) ?? ""
        guard let definition = root["$defs"]?[name] else { return ["\(place): no \(rule)"] }
        return errors(value, definition, at: place)
      case "type": return Self.isOf(value, rule.text) ? [] : ["\(place): is no \(rule.text ?? "?")"]
      case "enum": return rule.elements.contains(value) ? [] : ["\(place): is none of the values"]
      case "const": return value == rule ? [] : ["\(place): is not \(rule)"]
      case "minimum":
        return value.number ?? 0 < rule.number ?? 0 ? ["\(place): is too small"] : []
      case "maximum":
        return value.number ?? 0 > rule.number ?? 0 ? ["\(place): is too large"] : []
      case "pattern":
        guard let text = value.text, let pattern = try? Regex(rule.text ?? "") else { return [] }
        return text.contains(pattern) ? [] : ["\(place): '\(text)' is of another form"]
      case "items":
        return value.elements.enumerated().flatMap {
          errors($0.element, rule, at: "\(place)/\($0.offset)")
        }
      case "required":
        return rule.elements.compactMap(\.text).filter { value[$0] == nil }.map {
          "\(place)/\($0): is missing"
        }
      case "properties":
        guard case .object(let properties) = rule else { return ["\(place): no properties"] }
        return properties.sorted { $0.key < $1.key }.flatMap { name, inner in
          value[name].map { errors($0, inner, at: "\(place)/\(name)") } ?? []
        }
      case "additionalProperties":
        guard case .object(let fields) = value else { return [] }
        let known: JSONDocument? = schema["properties"]
        return fields.filter { known?[$0.key] == nil }.sorted { $0.key < $1.key }.flatMap {
          rule == .bool(false)
            ? ["\(place)/\($0.key): is not known"]
            : errors($0.value, rule, at: "\(place)/\($0.key)")
        }
      default: return Self.notes.contains(keyword) ? [] : ["\(place): no keyword \(keyword)"]
      }
    }
  }

  private static func isOf(_ value: JSONDocument, _ type: String?) -> Bool {
    switch (value, type) {
    case (.object, "object"), (.list, "array"), (.string, "string"), (.bool, "boolean"),
      (.number, "number"), (.null, "null"):
      true
    case (.number(let number), "integer"): number.rounded() == number
    default: false
    }
  }
}
