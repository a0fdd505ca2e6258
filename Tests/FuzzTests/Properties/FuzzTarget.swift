/// What is hammered with inputs, each with a property that has to hold for any bytes.
///
/// The fuzzer (`make fuzz`) and the tests share this file: the tests try the corpus and mutations
/// of it, the fuzzer searches for inputs that reach new code.
enum FuzzTarget: String, CaseIterable, Sendable {
  case request, response, chunked, fields, json, point, yaml
  case loadLine = "load-line"

  /// Tries one input.
  /// - Returns: what did not hold; nil when all did.
  func violation(_ bytes: [UInt8]) -> String? {
    switch self {
    case .request: RequestProperty.violation(bytes)
    case .response: ResponseProperty.violation(bytes)
    case .chunked: ChunkedProperty.violation(bytes)
    case .fields: FieldsProperty.violation(bytes)
    case .json: JSONProperty.violation(bytes)
    case .point: PointProperty.violation(bytes)
    case .yaml: YAMLProperty.violation(bytes)
    case .loadLine: LoadLineProperty.violation(bytes)
    }
  }
}

/// Takes an input apart, so that the fuzzer's bytes choose what is built from them.
struct FuzzInput {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// 0 at the end.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func number(below limit: Int) -> Int {
    limit > 1 ? (Int(byte()) << 8 | Int(byte())) % limit : 0
  }

  /// So many bytes, or fewer at the end.
  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// A text of at most so many bytes; others than UTF-8 become U+FFFD.
  mutating func text(upTo limit: Int) -> String {
    String(decoding: bytes(number(below: limit + 1)), as: UTF8.self)
  }
}

extension [UInt8] {
  /// In three pieces, at places that depend on the bytes only.
  var pieces: [ArraySlice<UInt8>] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in self { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let (one, other) = (
      Int(truncatingIfNeeded: hash >> 33) % (count + 1),
      Int(truncatingIfNeeded: (hash &* 0x9E37_79B9) >> 33) % (count + 1)
    )
    let (first, second) = (Swift.min(one, other), Swift.max(one, other))
    return [self[..<first], self[first..<second], self[second...]]
  }
}
