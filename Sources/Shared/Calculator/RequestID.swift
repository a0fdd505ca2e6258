/// Names one request in the logs of all programs on its way: the client's `X-Request-ID`, if it
/// needs no quotes in a log, else a new one.
struct RequestID: Sendable {
  static let fieldName = "X-Request-ID"
  static let maxLength = 128

  let text: String

  init(of request: Request) {
    if let text = request.fields.first(Self.fieldName), Self.isSane(text) {
      self.init(text: text)
    } else {
      self.init()
    }
  }

  private init(text: String) { self.text = text }

  /// 128 random bits.
  init() {
    let digits: StaticString = "0123456789abcdef"
    var random = UInt128.random(in: 0 ... .max)
    text = String(unsafeUninitializedCapacity: 32) { buffer in
      for index in 0..<32 {
        buffer[index] = digits.utf8Start[Int(truncatingIfNeeded: random & 15)]
        random >>= 4
      }
      return 32
    }
  }

  /// Letters, digits and what UUIDs, base64 and paths are made of.
  private static func isSane(_ text: String) -> Bool {
    (1...maxLength).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "@")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"):
          true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
          UInt8(ascii: "="), UInt8(ascii: "_"),
          UInt8(ascii: "~"):
          true
        default: false
        }
      }
  }
}
