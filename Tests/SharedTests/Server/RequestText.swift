/// A request without a body.
func get(_ path: String, _ fields: String...) -> String {
  "GET \(path) HTTP/1.1\r\nHost: test\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n"
}

extension String {
  /// The parts between the occurrences of `text`, without an empty one at the front. Bytes count:
  /// CRLF is one character.
  func components(between text: String) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    let wanted = Array(text.utf8)
    for byte in utf8 {
      part.append(byte)
      guard byte == wanted.last, part.suffix(wanted.count).elementsEqual(wanted) else { continue }
      parts.append(String(decoding: part.dropLast(wanted.count), as: UTF8.self))
      part = []
    }
    parts.append(String(decoding: part, as: UTF8.self))
    return parts.first == "" ? Array(parts.dropFirst()) : parts
  }
}
