/// What InfluxDB says in the JSON of its answers.
enum InfluxAnswer {
  /// Bytes of a message, at most: of a batch that it cannot read, InfluxDB says every line again.
  static let longest = 1000

  /// The message of `{"error":"…"}`, or of the first statement in `{"results":[{"error":"…"}]}`
  /// that failed; nil when there is none.
  static func error(in body: [UInt8]) -> String? {
    var found: String?
    do throws(JSONError) {
      var reader = try JSONReader(body)
      guard reader.next == UInt8(ascii: "{") else { return nil }
      try reader.object { (name, reader) throws(JSONError) in
        if reader.string(at: name, is: "results"), reader.next == UInt8(ascii: "[") {
          try reader.array { (reader) throws(JSONError) in
            guard reader.next == UInt8(ascii: "{") else { return try reader.skip() }
            try reader.object { (name, reader) throws(JSONError) in
              try read(name, &reader, body, &found)
            }
          }
        } else {
          try read(name, &reader, body, &found)
        }
      }
    } catch {
      // Cut off, or not from InfluxDB: then the status has to do.
    }
    return found
  }

  private static func read(
    _ name: Range<Int>, _ reader: inout JSONReader, _ body: [UInt8], _ found: inout String?
  ) throws(JSONError) {
    guard found == nil, reader.string(at: name, is: "error"), reader.next == UInt8(ascii: "\"")
    else { return try reader.skip() }
    found = String(decoding: body[try reader.string()].prefix(longest), as: UTF8.self).unescaped
  }
}

extension String {
  /// Without the escapes that a message has: quotes and backslashes. Others stay as they are.
  fileprivate var unescaped: String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in utf8 {
      if isEscaped, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
      }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      if !isEscaped { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
