/// One JSON document of an answer of InfluxDB (InfluxDB 1.x, "Query HTTP endpoint"): the body of an
/// error or of a query; with `chunked=true` there is one document in each line.
package struct InfluxAnswer {
  private struct Series {
    var columns: [String?] = []
    var rows: [[String?]] = []
  }

  /// The message of `{"error":"…"}`, or of the first statement in `{"results":[{"error":"…"}]}`
  /// that failed; nil when there is none. At most `maxMessage` bytes, in which only quotes and
  /// backslashes are unescaped, so that it is one line.
  package private(set) var error: String?
  /// False when the document is cut off, or is no JSON.
  package private(set) var isWhole = false
  private var series: [Series] = []

  /// Bytes of a message, at most: for a batch that it cannot read, InfluxDB repeats each line.
  static let maxMessage = 1000

  package init(_ body: [UInt8]) {
    do throws(JSONError) {
      var reader = try JSONReader(body)
      guard reader.next == UInt8(ascii: "{") else { return }
      try readResult(&reader)
      try reader.end()
      isWhole = true
    } catch {
      // What was read before the fault counts.
    }
  }

  /// The text values of a column in all series, in order. Values that are not text are left out.
  package func values(of column: String) -> [String] {
    series.flatMap { series -> [String] in
      guard let index = series.columns.firstIndex(of: column) else { return [] }
      return series.rows.compactMap { index < $0.count ? $0[index] : nil }
    }
  }

  /// A statement's result; the document as a whole has the same form, with `results` in it.
  private mutating func readResult(_ reader: inout JSONReader) throws(JSONError) {
    try reader.object { (name, reader) throws(JSONError) in
      switch reader.next {
      case UInt8(ascii: "\"") where error == nil && reader.string(at: name, is: "error"):
        error = reader.raw(try reader.string()).prefix(Self.maxMessage).unescaped
      case UInt8(ascii: "[") where reader.string(at: name, is: "results"):
        try reader.array { (reader) throws(JSONError) in
          guard reader.next == UInt8(ascii: "{") else { return try reader.skip() }
          try readResult(&reader)
        }
      case UInt8(ascii: "[") where reader.string(at: name, is: "series"):
        try reader.array { (reader) throws(JSONError) in
          guard reader.next == UInt8(ascii: "{") else { return try reader.skip() }
          series.append(try Self.series(&reader))
        }
      default: try reader.skip()
      }
    }
  }

  private static func series(_ reader: inout JSONReader) throws(JSONError) -> Series {
    var series = Series()
    try reader.object { (name, reader) throws(JSONError) in
      guard reader.next == UInt8(ascii: "[") else { return try reader.skip() }
      if reader.string(at: name, is: "columns") {
        series.columns = try texts(&reader)
      } else if reader.string(at: name, is: "values") {
        try reader.array { (reader) throws(JSONError) in
          guard reader.next == UInt8(ascii: "[") else { return try reader.skip() }
          series.rows.append(try texts(&reader))
        }
      } else {
        try reader.skip()
      }
    }
    return series
  }

  /// Nil for each element that is not text.
  private static func texts(_ reader: inout JSONReader) throws(JSONError) -> [String?] {
    var texts: [String?] = []
    try reader.array { (reader) throws(JSONError) in
      if reader.next == UInt8(ascii: "\"") {
        texts.append(reader.text(at: try reader.string()))
      } else {
        try reader.skip()
        texts.append(nil)
      }
    }
    return texts
  }
}

extension ArraySlice<UInt8> {
  /// Without the escapes that a message has: quotes and backslashes. Others stay as they are.
  fileprivate var unescaped: String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in self {
      if isEscaped, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
      }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      if !isEscaped { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
