/// A request that was received as a whole, or is to be sent.
public struct Request: Sendable {
  public var method: Method
  /// The target as it was received, ASCII.
  public let target: String
  /// The target's path, still percent-encoded, without query, scheme and authority; `*` for the server as a whole.
  public let path: String
  /// What follows the first question mark; nil without one.
  public let query: String?
  public var version: Version
  public var fields: Fields
  /// Fields that followed a chunked body. They never count for what the header section decides (RFC 9110 section 6.5.1).
  public var trailers: Fields
  /// The content without its framing.
  public var body: [UInt8]

  /// A request to be sent, or for a test. A target that is in none of the forms of RFC 9112 section 3.2 is its own path.
  public init(
    _ method: Method, _ target: String, version: Version = .http11, fields: Fields = [:], body: [UInt8] = [], trailers: Fields = [:]
  ) {
    var target = target
    let (path, query) = target.withUTF8 { bytes in
      let parts = RequestTarget(bytes, isOptions: method == .options)
      return (parts?.path(bytes), parts?.query(bytes))
    }
    self.method = method
    self.target = target
    self.path = path ?? target
    self.query = query
    self.version = version
    self.fields = fields
    self.trailers = trailers
    self.body = body
  }

  init(_ line: RequestLine, fields: Fields) {
    method = line.method
    target = line.target
    path = line.path
    query = line.query
    version = line.version
    self.fields = fields
    trailers = Fields()
    body = []
  }
}
