/// One line of `key=value` pairs in logfmt. A value that is not one plain word stands in quotes,
/// with JSON's escapes (RFC 8259 section 7).
public struct LogLine: Sendable {
  private(set) var bytes: [UInt8] = []

  init(_ level: LogLevel, _ message: String, at time: WallTime) {
    bytes.reserveCapacity(192)
    bytes += "ts=".utf8
    time.appendTimestamp(to: &bytes)
    bytes += " level=".utf8
    bytes += level.rawValue.utf8
    add("msg", message)
  }

  /// Adds a field.
  public mutating func add(_ key: StaticString, _ value: some BinaryInteger) {
    append(key: key)
    bytes += String(value).utf8
  }

  /// Adds a field.
  public mutating func add(_ key: StaticString, _ value: String) {
    append(key: key)
    append(value: value)
  }

  mutating func add(_ key: String, _ value: String) {
    bytes.append(.space)
    bytes += key.utf8
    bytes.append(.equals)
    append(value: value)
  }

  mutating func end() { bytes.append(UInt8(ascii: "\n")) }

  private mutating func append(key: StaticString) {
    bytes.append(.space)
    key.withUTF8Buffer { bytes += $0 }
    bytes.append(.equals)
  }

  private mutating func append(value: String) {
    let plain = value.utf8.allSatisfy {
      $0 > .space && $0 != .quote && $0 != .equals && $0 != .backslash && $0 != 0x7F
    }
    if plain, !value.isEmpty {
      bytes += value.utf8
      return
    }
    bytes.append(.quote)
    for byte in value.utf8 {
      switch byte {
      case .quote, .backslash: bytes += [.backslash, byte]
      case UInt8(ascii: "\n"): bytes += [.backslash, UInt8(ascii: "n")]
      case UInt8(ascii: "\r"): bytes += [.backslash, UInt8(ascii: "r")]
      case UInt8(ascii: "\t"): bytes += [.backslash, UInt8(ascii: "t")]
      case 0..<0x20, 0x7F: bytes += #"\u00\#(byte < 16 ? "0" : "")\#(String(byte, radix: 16))"#.utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(.quote)
  }
}

extension UInt8 {
  fileprivate static let space = UInt8(ascii: " ")
  fileprivate static let equals = UInt8(ascii: "=")
  fileprivate static let quote = UInt8(ascii: "\"")
  fileprivate static let backslash = UInt8(ascii: "\\")
}
