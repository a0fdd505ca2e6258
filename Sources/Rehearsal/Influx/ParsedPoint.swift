import Comparison

/// A point as it is read from line protocol, with the escaping rules of InfluxDB 1.x ("Line
/// protocol reference").
struct ParsedPoint: Equatable, Sendable {
  enum Value: Equatable, Sendable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)

    /// As InfluxDB names it when it refuses another one.
    var type: String {
      switch self {
      case .string: "string"
      case .integer: "integer"
      case .float: "float"
      case .boolean: "boolean"
      }
    }
  }

  struct Tag: Hashable, Sendable {
    let key: String
    let value: String
  }

  struct Failure: Error, Equatable {
    let reason: String
  }

  var measurement: String
  /// By key.
  var tags: [Tag]
  var fields: [String: Value]
  /// Nanoseconds; nil leaves it to the server.
  var timestamp: Int64?

  /// - Parameter line: without its newline.
  init(_ line: some Collection<UInt8>) throws(Failure) {
    var cursor = Cursor(bytes: Array(line))
    cursor.skipSpaces()
    measurement = cursor.text(until: [.comma, .space])
    if measurement.isEmpty { throw Failure(reason: "missing measurement") }
    tags = []
    while cursor.skip(.comma) {
      let key = cursor.text(until: [.comma, .equals, .space])
      if key.isEmpty { throw Failure(reason: "missing tag key") }
      guard cursor.skip(.equals) else { throw Failure(reason: "missing tag value") }
      let value = cursor.text(until: [.comma, .equals, .space])
      guard !value.isEmpty else { throw Failure(reason: "missing tag value") }
      if cursor.next == .equals { throw Failure(reason: "invalid tag format") }
      tags.append(Tag(key: key, value: value))
    }
    tags.sort { $0.key < $1.key }
    if zip(tags, tags.dropFirst()).contains(where: { $0.key == $1.key }) {
      throw Failure(reason: "duplicate tags")
    }
    guard cursor.skipSpaces() else { throw Failure(reason: "missing fields") }
    fields = [:]
    repeat {
      let key = cursor.text(until: [.comma, .equals, .space])
      if key.isEmpty { throw Failure(reason: "missing field key") }
      guard cursor.skip(.equals) else { throw Failure(reason: "missing field value") }
      fields[key] = try cursor.value()
    } while cursor.skip(.comma)
    guard cursor.skipSpaces() || cursor.next == nil else {
      throw Failure(reason: "invalid field format")
    }
    guard cursor.next != nil else { return }
    let text = cursor.text(until: [.space])
    guard let number = Int64(text), text.utf8.first != UInt8(ascii: "+") else {
      throw Failure(reason: "bad timestamp")
    }
    timestamp = number
    cursor.skipSpaces()
    if cursor.next != nil { throw Failure(reason: "bad timestamp") }
  }

  private struct Cursor {
    let bytes: [UInt8]
    var index = 0

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
      guard next == byte else { return false }
      index += 1
      return true
    }

    /// - Returns: whether there were any.
    @discardableResult
    mutating func skipSpaces() -> Bool {
      let start = index
      while skip(.space) {}
      return index > start
    }

    /// Up to the first of these bytes that has no backslash before it; a backslash before anything
    /// else is one.
    mutating func text(until ends: [UInt8]) -> String {
      var text: [UInt8] = []
      while let byte = next {
        if ends.contains(byte) {
          guard text.last == .backslash else { break }
          text.removeLast()
        }
        text.append(byte)
        index += 1
      }
      return String(decoding: text, as: UTF8.self)
    }

    mutating func value() throws(Failure) -> Value {
      if skip(.quote) { return .string(try quoted()) }
      let text = text(until: [.comma, .space])
      switch text {
      case "t", "T", "true", "True", "TRUE": return .boolean(true)
      case "f", "F", "false", "False", "FALSE": return .boolean(false)
      case "": throw Failure(reason: "missing field value")
      default: break
      }
      if text.hasSuffix("i") {
        guard let number = Int64(text.dropLast()), text.utf8.first != UInt8(ascii: "+") else {
          throw Failure(reason: "invalid number")
        }
        return .integer(number)
      }
      let isNumber = text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
      }
      guard isNumber, let number = Double(text), number.isFinite else {
        throw Failure(reason: "invalid number")
      }
      return .float(number)
    }

    /// Behind the opening quote. Only quotes and backslashes are escaped.
    private mutating func quoted() throws(Failure) -> String {
      var text: [UInt8] = []
      while let byte = next {
        index += 1
        if byte == .quote { return String(decoding: text, as: UTF8.self) }
        if byte == .backslash, let escaped = next, escaped == .quote || escaped == .backslash {
          text.append(escaped)
          index += 1
        } else {
          text.append(byte)
        }
      }
      throw Failure(reason: "unbalanced quotes")
    }
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let equals = UInt8(ascii: "=")
  fileprivate static let space = UInt8(ascii: " ")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let backslash = UInt8(ascii: "\\")
}
