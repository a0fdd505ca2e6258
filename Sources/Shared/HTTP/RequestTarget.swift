/// Where path and query lie in a request's target (RFC 9112 section 3.2), which is in one of three
/// forms: `/path?query`, the absolute `http://host/path?query`, which is reduced to the first, and
/// `*`.
struct RequestTarget: Sendable, Equatable {
  // Small, since every request carries them from place to place.
  private let pathStart: Int32
  private let pathEnd: Int32
  private let length: Int32
  private let isAsterisk: Bool

  /// All of it is path.
  init(pathOfLength length: Int) {
    pathStart = 0
    pathEnd = Int32(clamping: length)
    self.length = pathEnd
    isAsterisk = false
  }

  /// Nil when the target is in none of the forms, has an octet that no URI has, or a fragment,
  /// which is never sent.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isOptions: Bool) {
    guard let length = Int32(exactly: bytes.count) else { return nil }
    self.length = length
    var mark = bytes.count
    for index in 0..<bytes.count {
      let octet = bytes[index]
      guard octet > 0x20, octet < 0x7F, octet != UInt8(ascii: "#") else { return nil }
      if octet == UInt8(ascii: "?"), mark == bytes.count { mark = index }
    }
    pathEnd = Int32(truncatingIfNeeded: mark)
    switch bytes.first {
    case UInt8(ascii: "/"):
      pathStart = 0
      isAsterisk = false
    case UInt8(ascii: "*"):
      guard bytes.count == 1, isOptions else { return nil }
      pathStart = 0
      isAsterisk = true
    default:
      guard let authority = RequestTarget.authorityStart(bytes), authority < mark else {
        return nil
      }
      let path = bytes[authority..<mark].firstIndex(of: UInt8(ascii: "/")) ?? mark
      guard
        Authority.isValid(UnsafeBufferPointer(rebasing: bytes[authority..<path]), needsPort: false)
      else { return nil }
      pathStart = Int32(truncatingIfNeeded: path)
      // A proxy's way to say `*` (RFC 9112 section 3.2.4).
      isAsterisk = isOptions && path == bytes.count
    }
  }

  private static func authorityStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if bytes.count > 7, Grammar.isEqual(UnsafeBufferPointer(rebasing: bytes[..<7]), "http://") {
      return 7
    }
    if bytes.count > 8, Grammar.isEqual(UnsafeBufferPointer(rebasing: bytes[..<8]), "https://") {
      return 8
    }
    return nil
  }

  /// Without a copy where the path is all there is, as in most requests.
  func path(of target: String) -> String {
    if isAsterisk { return "*" }
    if pathStart == 0, pathEnd == length { return target }
    return pathStart == pathEnd ? "/" : RequestTarget.part(of: target, pathStart..<pathEnd)
  }

  func query(of target: String) -> String? {
    pathEnd < length ? RequestTarget.part(of: target, (pathEnd + 1)..<length) : nil
  }

  private static func part(of target: String, _ range: Range<Int32>) -> String {
    let utf8 = target.utf8
    let start = utf8.index(utf8.startIndex, offsetBy: Int(range.lowerBound))
    return String(target[start..<utf8.index(start, offsetBy: range.count)])
  }
}
