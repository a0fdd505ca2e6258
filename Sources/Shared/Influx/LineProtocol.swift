/// Points in line protocol: `measurement,tag=value field="text",count=4i 1700000000000000000`
/// (InfluxDB 1.x, "Line protocol reference").
extension Point {
  /// The point in line protocol, without a newline.
  package var line: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    bytes.removeLast()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds the point and a newline.
  package func append(to bytes: inout [UInt8]) {
    bytes.append(measurement, escaping: LineProtocol.measurement)
    for tag in tags {
      bytes.append(LineProtocol.comma)
      bytes.append(tag.key, escaping: LineProtocol.name)
      bytes.append(LineProtocol.equals)
      bytes.append(tag.value, escaping: LineProtocol.name)
    }
    var separator = LineProtocol.space
    for field in fields {
      bytes.append(separator)
      bytes.append(field.key, escaping: LineProtocol.name)
      bytes.append(LineProtocol.equals)
      field.value.append(to: &bytes)
      separator = LineProtocol.comma
    }
    bytes.append(LineProtocol.space)
    bytes += "\(timestamp)".utf8
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// The characters that line protocol escapes with a backslash, and where.
private enum LineProtocol {
  static let comma = UInt8(ascii: ",")
  static let equals = UInt8(ascii: "=")
  static let space = UInt8(ascii: " ")

  static let measurement = [comma, space]
  /// Tag keys, tag values and field keys.
  static let name = [comma, equals, space]
  /// String fields, between quotes.
  static let text = [UInt8(ascii: "\""), UInt8(ascii: "\\")]
}

extension Point.Value {
  fileprivate func append(to bytes: inout [UInt8]) {
    switch self {
    case .string(let text):
      bytes.append(UInt8(ascii: "\""))
      bytes.append(text, escaping: LineProtocol.text)
      bytes.append(UInt8(ascii: "\""))
    case .integer(let number):
      bytes += "\(number)".utf8
      bytes.append(UInt8(ascii: "i"))
    case .float(let number): bytes += "\(number)".utf8
    case .boolean(let isTrue): bytes.append(UInt8(ascii: isTrue ? "t" : "f"))
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ text: String, escaping special: [UInt8]) {
    for byte in text.utf8 {
      if special.contains(byte) { append(UInt8(ascii: "\\")) }
      append(byte)
    }
  }
}
