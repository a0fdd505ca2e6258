/// Host and port, as in a `Host` field or an absolute target (RFC 9110 section 7.2, RFC 3986
/// section 3.2).
enum Authority {
  /// Letters, digits and `-._~%!$&'()*+,;=` as a constant; a test compares it with these.
  @inline(__always)
  static func isHost(_ octet: UInt8) -> Bool {
    Grammar.OctetSet(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE).contains(octet)
  }

  /// Whether this is a name, an IPv4 address or an IPv6 address in brackets, with or without a
  /// colon and a port. User information is an error (RFC 9110 section 4.2.4).
  static func isValid(_ bytes: UnsafeBufferPointer<UInt8>, needsPort: Bool) -> Bool {
    var index = 0
    if bytes.first == UInt8(ascii: "[") {
      index = 1
      while index < bytes.count,
        Grammar.hexDigit(bytes[index]) != nil || bytes[index] == Grammar.colon
          || bytes[index] == UInt8(ascii: ".")
      {
        index += 1
      }
      guard index > 1, index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return false }
      index += 1
    } else {
      while index < bytes.count, isHost(bytes[index]) { index &+= 1 }
      guard index > 0 else { return false }
    }
    if index == bytes.count { return !needsPort }
    guard bytes[index] == Grammar.colon else { return false }
    if needsPort, index + 1 == bytes.count { return false }
    index += 1
    while index < bytes.count, Grammar.isDigit(bytes[index]) { index &+= 1 }
    return index == bytes.count
  }
}
