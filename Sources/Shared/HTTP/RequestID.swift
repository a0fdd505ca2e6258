/// Names one request in the logs of all programs on its way: the client's `X-Request-ID`, if it
/// needs no quotes in a log, else one that the server makes.
struct RequestID: Sendable, Equatable {
  static let fieldName = "X-Request-ID"
  static let maxLength = 128

  /// Not zero in an id that a server made.
  private let high: UInt64
  private let low: UInt64

  /// The one in the request's field.
  static let given = RequestID(high: 0, low: 0)
  /// The request has none that a log can hold, and needs one.
  static let missing = RequestID(high: 0, low: 1)

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// 32 digits.
  var text: String {
    withDigits { String(octets: $0) }
  }

  func append(to head: inout OutputSpan<UInt8>) {
    withDigits { head.append($0) }
  }

  @inline(__always)
  private func withDigits<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let digits = (
      Self.digits(UInt32(truncatingIfNeeded: high >> 32)),
      Self.digits(UInt32(truncatingIfNeeded: high)),
      Self.digits(UInt32(truncatingIfNeeded: low >> 32)),
      Self.digits(UInt32(truncatingIfNeeded: low))
    )
    return withUnsafeBytes(of: digits) { $0.withMemoryRebound(to: UInt8.self, body) }
  }

  /// Eight hexadecimal digits, made at once, in the order of memory: each response has 32 of them.
  private static func digits(_ number: UInt32) -> UInt64 {
    // Each nibble in a byte of its own, the lowest first; then the bytes turned round.
    var bytes = UInt64(number)
    bytes = (bytes | bytes << 16) & 0x0000_FFFF_0000_FFFF
    bytes = (bytes | bytes << 8) & 0x00FF_00FF_00FF_00FF
    bytes = (bytes | bytes << 4) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte whose nibble is 10 or more: it becomes a letter.
    let letters = ((bytes &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    let ascii = bytes &+ 0x3030_3030_3030_3030 &+ letters &* (0x61 - 0x3A)
    return ascii.byteSwapped.littleEndian
  }

  /// Letters, digits and what UUIDs, base64 and paths are made of.
  static func isSane(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    (1...maxLength).contains(text.count)
      && text.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "@")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
          UInt8(ascii: "="), UInt8(ascii: "_"), UInt8(ascii: "~"):
          true
        default: false
        }
      }
  }

  /// Makes ids: each one is another, and those of two sources differ in their first half. They are
  /// names, not secrets.
  struct Source {
    private let high = UInt64.random(in: 1 ... .max)
    private var counter = UInt64.random(in: 0 ... .max)

    /// The counter, scrambled by a bijection (SplitMix64), so that ids in a row look different.
    mutating func next() -> RequestID {
      counter &+= 0x9E37_79B9_7F4A_7C15
      var low = counter
      low = (low ^ (low >> 30)) &* 0xBF58_476D_1CE4_E5B9
      low = (low ^ (low >> 27)) &* 0x94D0_49BB_1331_11EB
      return RequestID(high: high, low: low ^ (low >> 31))
    }
  }
}
