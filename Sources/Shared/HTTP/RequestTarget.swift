/// Where path and query lie in a request's target (RFC 9112 section 3.2). A target has one of three
/// forms: `/path?query`, the absolute `http://host/path?query`, whose path and query count, and
/// `*`.
struct RequestTarget: Sendable, Equatable {
  // Small: a request is moved several times on its way.
  private let pathStart: Int32
  private let pathEnd: Int32
  private let length: Int32
  private let isAsterisk: Bool

  /// A target that is a path as a whole.
  init(pathOfLength length: Int) {
    pathStart = 0
    pathEnd = Int32(clamping: length)
    self.length = pathEnd
    isAsterisk = false
  }

  /// Nil when the target has none of the forms, an octet that is not allowed in a URI, or a
  /// fragment.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isOptions: Bool) {
    guard let length = Int32(exactly: bytes.count) else { return nil }
    self.length = length
    guard OctetWord.allSatisfy(bytes, { !$0.hasNoneOfTarget }) else { return nil }
    let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.count
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
      // `*` as a proxy sends it (RFC 9112 section 3.2.4).
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

  /// Not a copy when the target is only a path, as in most requests.
  func path(of target: String) -> String {
    if isAsterisk { return "*" }
    if pathStart == 0, pathEnd == length { return target }
    return pathStart == pathEnd ? "/" : RequestTarget.part(of: target, pathStart..<pathEnd)
  }

  /// Calls `body` with the octets of `path(of:)`, mostly without a copy.
  @inline(__always)
  func withPath<Result>(of target: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result)
    -> Result
  {
    if isAsterisk || pathStart == pathEnd {
      var path = path(of: target)
      return path.withUTF8(body)
    }
    var target = target
    let octets = Int(pathStart)..<Int(pathEnd)
    return target.withUTF8 { body(UnsafeBufferPointer(rebasing: $0[octets])) }
  }

  func query(of target: String) -> String? {
    pathEnd < length ? RequestTarget.part(of: target, (pathEnd + 1)..<length) : nil
  }

  private static func part(of target: String, _ range: Range<Int32>) -> String {
    var target = target
    let octets = Int(range.lowerBound)..<Int(range.upperBound)
    return target.withUTF8 { String(octets: UnsafeBufferPointer(rebasing: $0[octets])) }
  }
}
