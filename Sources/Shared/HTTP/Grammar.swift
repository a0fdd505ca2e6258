import Libc

/// The octets of HTTP's grammar. It compares bytes, with ASCII's case only: a `String` would take
/// other bytes for equal, too.
enum Grammar {
  static let tab = UInt8(ascii: "\t")
  static let space = UInt8(ascii: " ")
  static let carriageReturn = UInt8(ascii: "\r")
  static let lineFeed = UInt8(ascii: "\n")
  static let colon = UInt8(ascii: ":")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")

  /// A set of ASCII octets in two words: a look-up reads no memory.
  struct OctetSet: Sendable {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
      let word = octet < 64 ? low : high
      return octet < 128 && (word >> UInt64(octet & 63)) & 1 == 1
    }
  }

  /// `tchar` (RFC 9110 section 5.6.2) as a constant; a test compares it with the grammar.
  @inline(__always)
  static func isToken(_ octet: UInt8) -> Bool {
    OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE).contains(octet)
  }

  static func isToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { isToken($0) }
  }

  @inline(__always)
  static func isDigit(_ octet: UInt8) -> Bool { octet &- UInt8(ascii: "0") < 10 }

  @inline(__always)
  static func isBlank(_ octet: UInt8) -> Bool { octet == space || octet == tab }

  static func hexDigit(_ octet: UInt8) -> UInt64? {
    switch octet {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(octet - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(octet - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(octet - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Whether a field value holds no control but the tab (RFC 9110 section 5.5).
  static func isFieldValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    OctetWord.allSatisfy(bytes) { !$0.hasControl }
      || bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == tab }
  }

  /// Without the blanks around it (`OWS`, RFC 9110 section 5.6.3).
  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// Equal but for the case of ASCII letters.
  static func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>)
    -> Bool
  {
    guard left.count == right.count else { return false }
    for index in 0..<left.count {
      let difference = left[index] ^ right[index]
      if difference == 0 { continue }
      let lowercase = left[index] | 0x20
      guard difference == 0x20, lowercase >= UInt8(ascii: "a"), lowercase <= UInt8(ascii: "z")
      else { return false }
    }
    return true
  }

  static func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: StaticString) -> Bool {
    isEqual(left, UnsafeBufferPointer(start: right.utf8Start, count: right.utf8CodeUnitCount))
  }

  static func hasPrefix(_ bytes: UnsafeBufferPointer<UInt8>, _ prefix: StaticString) -> Bool {
    hasPrefix(
      bytes, UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
  }

  static func hasPrefix(_ bytes: UnsafeBufferPointer<UInt8>, _ prefix: UnsafeBufferPointer<UInt8>)
    -> Bool
  {
    guard bytes.count >= prefix.count else { return false }
    guard let base = bytes.baseAddress, let start = prefix.baseAddress else { return true }
    return memcmp(base, start, prefix.count) == 0
  }

  /// The number that these digits write (RFC 9110 section 8.6). Nil for a sign, a blank, no digit,
  /// and more than 64 bits.
  static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
    guard !bytes.isEmpty else { return nil }
    var number: UInt64 = 0
    for octet in bytes {
      guard isDigit(octet) else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(UInt64(octet - UInt8(ascii: "0")))
      if overflows || carries { return nil }
      number = sum
    }
    return number
  }

  /// Calls `body` with each element of a comma-separated list, without the empty ones (RFC 9110
  /// section 5.6.1), until it returns false.
  static func forEachElement(
    of list: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    var start = 0
    while start < list.count {
      var end = start
      while end < list.count, list[end] != comma { end += 1 }
      let element = trimmed(UnsafeBufferPointer(rebasing: list[start..<end]))
      start = end + 1
      if !element.isEmpty, !body(element) { return }
    }
  }
}

extension String {
  /// Text from octets that should be ASCII or UTF-8; others become U+FFFD. Not for comparing.
  init(octets: UnsafeBufferPointer<UInt8>) {
    self.init(unsafeUninitializedCapacity: octets.count) { $0.update(fromContentsOf: octets) }
  }
}
