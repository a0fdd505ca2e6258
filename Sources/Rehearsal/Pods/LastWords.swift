import Comparison

/// The end of what a process wrote, to say why it ended.
struct LastWords {
  /// Of one stream, in bytes.
  static let limit = 4096
  private var rest: [UInt8] = []

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    rest += bytes.suffix(Self.limit)
    if rest.count > Self.limit { rest.removeFirst(rest.count - Self.limit) }
  }

  /// The line that says most: the last that names an error, as stack traces go on for long behind
  /// it; else the last. At most 200 bytes; nil when nothing was written.
  var line: String? {
    let lines = rest.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0.prefix(200), as: UTF8.self).trimmed
    }
    .filter { !$0.isEmpty }
    let marks = ["Error", "error", "Exception", "panic"]
    let named = lines.last { line in !line.hasPrefix("at ") && marks.contains { line.contains($0) }
    }
    return named ?? lines.last
  }
}
