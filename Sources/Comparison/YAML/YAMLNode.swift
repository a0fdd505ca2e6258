/// A value of a YAML document and the line it starts in.
package struct YAMLNode: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    /// `plain` tells `30` (a number) from `"30"` (a string).
    case scalar(String, plain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  package struct Entry: Equatable, Sendable {
    package let key: String
    /// The line of the key, which need not be that of the value.
    package let line: Int
    package let value: YAMLNode
  }

  /// Counted from 1.
  package let line: Int
  package let content: Content

  package static func null(line: Int) -> YAMLNode {
    YAMLNode(line: line, content: .scalar("", plain: true))
  }

  /// What Kubernetes' reader (YAML 1.1, by way of JSON) takes the value for.
  package enum ValueType: String, Sendable {
    case null
    case boolean = "a boolean"
    case number = "a number"
    case string = "a string"
    case list = "a list"
    case mapping = "a mapping"
  }

  package var type: ValueType {
    switch content {
    case .sequence: .list
    case .mapping: .mapping
    case .scalar(_, plain: false): .string
    case .scalar(let text, plain: true): Self.type(ofPlain: text)
    }
  }

  /// The value of a decimal integer without leading zeros (which YAML 1.1 would read as octal); nil
  /// for everything else.
  package var integer: Int? {
    guard case .scalar(let text, plain: true) = content, type == .number else { return nil }
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.utf8.count == 1 || digits.utf8.first != 0x30
    else { return nil }
    return Int(text)
  }

  private static let booleans: Set<String> = ["y", "yes", "n", "no", "true", "false", "on", "off"]
  private static let specialNumbers: Set<String> = [".inf", "+.inf", "-.inf", ".nan"]

  private static func type(ofPlain text: String) -> ValueType {
    if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
    let lowercased = text.lowercased()
    if booleans.contains(lowercased) { return .boolean }
    if specialNumbers.contains(lowercased) { return .number }
    // Numbers with a base (0x1F, 0o17, 0b1) and with separators (1_000) are numbers in YAML 1.1 as
    // well.
    let digits = lowercased.filter { $0 != "_" }
    let unsigned =
      digits.hasPrefix("-") || digits.hasPrefix("+") ? String(digits.dropFirst()) : digits
    guard let first = unsigned.utf8.first,
      (0x30...0x39).contains(first) || first == UInt8(ascii: ".")
    else { return .string }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where unsigned.hasPrefix(prefix) {
      return UInt64(unsigned.dropFirst(2), radix: radix) == nil ? .string : .number
    }
    return Double(unsigned) == nil ? .string : .number
  }
}
