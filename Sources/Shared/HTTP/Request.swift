/// A request: received as a whole, or to be sent.
public struct Request: Sendable, Equatable {
  /// The target as it was received: ASCII, percent-encoded, with its query.
  public let target: String
  private let parts: RequestTarget
  /// The method, such as `.get`.
  public var method: Method
  /// The version of the message, `HTTP/1.0` or `HTTP/1.1`.
  public var version: Version
  /// The header fields, in the order in which they were received.
  public var fields: Fields
  /// The fields that followed a chunked body. They decide nothing that header fields decide (RFC
  /// 9110 section 6.5.1).
  public var trailers: Fields
  /// The content without its framing.
  public var body: [UInt8]
  /// Which id the request has; a server gives one to each request that came without.
  var requestID = RequestID.given
  /// Whether the client lets the connection stay open, as the parser has found; nil: the fields
  /// tell.
  var offersKeepAlive: Bool?

  /// Bytes of memory held, but for the target.
  var size: Int { fields.size + trailers.size + body.count }

  /// A request to be sent, or for a test. A target in none of the forms of RFC 9112 section 3.2 is
  /// a path as a whole.
  public init(
    _ method: Method, _ target: String, version: Version = .http11, fields: Fields = [:],
    body: [UInt8] = [], trailers: Fields = [:]
  ) {
    var target = target
    parts =
      target.withUTF8 { RequestTarget($0, isOptions: method == .options) }
      ?? RequestTarget(pathOfLength: target.utf8.count)
    self.method = method
    self.target = target
    self.version = version
    self.fields = fields
    self.trailers = trailers
    self.body = body
  }

  /// Reads a request line (RFC 9112 section 3): method, target and version, with exactly one space
  /// between them.
  /// - Throws: 400; 505 for another major version; 501 for CONNECT, which is for proxies.
  init(line: UnsafeBufferPointer<UInt8>) throws(RequestError) {
    var index = 0
    while index < line.count, Grammar.isToken(line[index]) { index &+= 1 }
    guard index > 0, index < line.count, line[index] == Grammar.space else {
      throw .malformed("invalid method")
    }
    // `HTTP/1.1` and the space before it
    let targetEnd = line.count - 9
    guard targetEnd > index + 1, line[targetEnd] == Grammar.space,
      let version = Version(UnsafeBufferPointer(rebasing: line[(targetEnd + 1)...]))
    else { throw .malformed("invalid request line") }
    guard version.major == 1 else {
      throw RequestError(.versionNotSupported, "HTTP/\(version.major)")
    }
    let method = Method(UnsafeBufferPointer(rebasing: line[..<index]))
    let bytes = UnsafeBufferPointer(rebasing: line[(index + 1)..<targetEnd])
    if method == .connect {
      if Authority.isValid(bytes, needsPort: true) {
        throw RequestError(.notImplemented, "CONNECT")
      }
      throw .malformed("invalid target")
    }
    guard let parts = RequestTarget(bytes, isOptions: method == .options) else {
      throw .malformed("invalid target")
    }
    self.method = method
    self.parts = parts
    self.version = version
    target = String(octets: bytes)
    fields = Fields()
    trailers = Fields()
    body = []
  }

  /// The target's path, still percent-encoded, without query, scheme and authority; `*` means the
  /// server as a whole.
  public var path: String { parts.path(of: target) }

  /// Calls `body` with the octets of `path`.
  @inline(__always)
  func withPath<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    parts.withPath(of: target, body)
  }

  /// Names the request in logs: the client's `X-Request-ID`, or the one that the server gave it,
  /// which the response carries. Empty for a request without the field that no server received.
  public var id: String {
    requestID == .given ? fields.first(RequestID.fieldName) ?? "" : requestID.text
  }

  /// What follows the target's first question mark; nil without one.
  public var query: String? { parts.query(of: target) }
}
