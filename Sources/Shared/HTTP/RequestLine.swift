/// The first line of a request (RFC 9112 section 3).
struct RequestLine {
  let method: Method
  let target: String
  let path: String
  let query: String?
  let version: Version

  /// Reads method, target and version, with exactly one space between them.
  /// - Throws: 400; 505 for another major version; 501 for CONNECT, since this is no proxy.
  init(_ line: UnsafeBufferPointer<UInt8>) throws(RequestError) {
    var index = 0
    while index < line.count, Grammar.isToken(line[index]) { index += 1 }
    guard index > 0, index < line.count, line[index] == Grammar.space else { throw .malformed("invalid method") }
    // `HTTP/1.1` and the space before it
    let targetEnd = line.count - 9
    guard targetEnd > index + 1, line[targetEnd] == Grammar.space,
      let version = Version(UnsafeBufferPointer(rebasing: line[(targetEnd + 1)...]))
    else { throw .malformed("invalid request line") }
    guard version.major == 1 else { throw RequestError(.versionNotSupported, "HTTP/\(version.major)") }
    method = RequestLine.method(UnsafeBufferPointer(rebasing: line[..<index]))
    let bytes = UnsafeBufferPointer(rebasing: line[(index + 1)..<targetEnd])
    if method == .connect {
      if Authority.isValid(bytes, needsPort: true) { throw RequestError(.notImplemented, "CONNECT") }
      throw .malformed("invalid target")
    }
    guard let parts = RequestTarget(bytes, isOptions: method == .options) else { throw .malformed("invalid target") }
    target = String(octets: bytes)
    path = parts.isPath ? target : parts.path(bytes)
    query = parts.query(bytes)
    self.version = version
  }

  private static func method(_ bytes: UnsafeBufferPointer<UInt8>) -> Method {
    if bytes.count == 3, Grammar.hasPrefix(bytes, "GET") { return .get }
    if bytes.count == 4, Grammar.hasPrefix(bytes, "POST") { return .post }
    return Method(String(octets: bytes))
  }
}
