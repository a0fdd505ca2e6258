/// Where a message's body ends (RFC 9112 section 6), collected from its fields line by line.
struct Framing: Sendable {
  enum Coding: Equatable {
    case none
    /// `chunked` alone.
    case chunked
    /// A registered coding that is not supported here, with a final `chunked`; or a coding that is
    /// not registered.
    case unknown
  }

  private(set) var contentLength: UInt64?
  private(set) var coding = Coding.none
  private var hasTransferEncoding = false
  private var lastIsChunked = false
  private var hasUnknown = false
  private var hasKnown = false

  /// - Throws: 400 for a length that has other characters than digits, needs more than 64 bits, or
  ///   differs from an earlier one.
  mutating func addContentLength(_ value: UnsafeBufferPointer<UInt8>) throws(RequestError) {
    guard let length = Grammar.decimal(value) else { throw .malformed("invalid Content-Length") }
    if let contentLength, contentLength != length { throw .malformed("different Content-Lengths") }
    contentLength = length
  }

  /// - Throws: 400 when a coding follows `chunked`, also in another line.
  mutating func addTransferEncoding(_ value: UnsafeBufferPointer<UInt8>) throws(RequestError) {
    hasTransferEncoding = true
    var isValid = true
    Grammar.forEachElement(of: value) { element in
      let nameEnd = element.firstIndex { !Grammar.isToken($0) } ?? element.count
      let name = UnsafeBufferPointer(rebasing: element[..<nameEnd])
      let rest = Grammar.trimmed(UnsafeBufferPointer(rebasing: element[nameEnd...]))
      guard !lastIsChunked, nameEnd > 0, rest.isEmpty || rest.first == Grammar.semicolon else {
        isValid = false
        return false
      }
      if Grammar.isEqual(name, "chunked") {
        lastIsChunked = true
        isValid = rest.isEmpty  // it has no parameters (RFC 9112 section 7.1)
      } else if Framing.isRegistered(name) {
        hasKnown = true
      } else {
        hasUnknown = true
      }
      return isValid
    }
    guard isValid else { throw .malformed("invalid Transfer-Encoding") }
  }

  /// Decides, once all fields are known.
  /// - Throws: 400 when the fields do not tell the body's end, or tell it in two ways, which is how
  ///   requests are smuggled.
  mutating func close(version: Version) throws(RequestError) {
    guard hasTransferEncoding else { return }
    if version < .http11 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
    if contentLength != nil { throw .malformed("Transfer-Encoding and Content-Length") }
    if hasUnknown || (hasKnown && lastIsChunked) {
      coding = .unknown
    } else if lastIsChunked {
      coding = .chunked
    } else {
      throw .malformed("Transfer-Encoding that does not end in chunked")
    }
  }

  private static func isRegistered(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    Grammar.isEqual(name, "gzip") || Grammar.isEqual(name, "x-gzip")
      || Grammar.isEqual(name, "deflate")
      || Grammar.isEqual(name, "compress") || Grammar.isEqual(name, "x-compress")
  }
}
