/// Where path and query lie in a request's target (RFC 9112 section 3.2), which is in one of three forms: `/path?query`, the absolute
/// `http://host/path?query`, which is reduced to the first, and `*`.
struct RequestTarget {
  private let pathRange: Range<Int>
  private let queryStart: Int?
  private let isAsterisk: Bool

  /// Nil when the target is in none of the forms, has an octet that no URI has, or a fragment, which is never sent.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isOptions: Bool) {
    var mark: Int?
    for index in 0..<bytes.count {
      let octet = bytes[index]
      guard octet > 0x20, octet < 0x7F, octet != UInt8(ascii: "#") else { return nil }
      if octet == UInt8(ascii: "?"), mark == nil { mark = index }
    }
    let end = mark ?? bytes.count
    queryStart = mark.map { $0 + 1 }
    switch bytes.first {
    case UInt8(ascii: "/"):
      pathRange = 0..<end
      isAsterisk = false
    case UInt8(ascii: "*"):
      guard bytes.count == 1, isOptions else { return nil }
      pathRange = 0..<1
      isAsterisk = true
    default:
      guard let authority = RequestTarget.authorityStart(bytes), authority < end else { return nil }
      let path = bytes[authority..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
      guard Authority.isValid(UnsafeBufferPointer(rebasing: bytes[authority..<path]), needsPort: false) else { return nil }
      pathRange = path..<end
      // A proxy's way to say `*` (RFC 9112 section 3.2.4).
      isAsterisk = isOptions && path == bytes.count
    }
  }

  private static func authorityStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if bytes.count > 7, Grammar.isEqual(UnsafeBufferPointer(rebasing: bytes[..<7]), "http://") { return 7 }
    if bytes.count > 8, Grammar.isEqual(UnsafeBufferPointer(rebasing: bytes[..<8]), "https://") { return 8 }
    return nil
  }

  /// Whether the path is all there is, as in most requests.
  var isPath: Bool { !isAsterisk && queryStart == nil && pathRange.lowerBound == 0 }

  /// The path, still percent-encoded.
  func path(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if isAsterisk { return "*" }
    return pathRange.isEmpty ? "/" : String(octets: UnsafeBufferPointer(rebasing: bytes[pathRange]))
  }

  func query(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    queryStart.map { String(octets: UnsafeBufferPointer(rebasing: bytes[$0...])) }
  }
}
