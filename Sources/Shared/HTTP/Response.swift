/// A response to a request. The server adds `Date`, `Connection` and the framing (`Content-Length`
/// or `Transfer-Encoding`), and drops fields of these names.
public struct Response: Sendable {
  /// The content that follows the header section.
  public enum Body: Sendable {
    /// All of it, sent with its length.
    case bytes([UInt8])
    /// Sent in parts while the closure writes them: chunked (RFC 9112 section 7.1), or up to the
    /// connection's end for an HTTP/1.0 client. The body is complete when the closure returns. When
    /// it throws, the server closes the connection without the body's end, so that the client sees
    /// that a part is missing.
    case stream(@Sendable (any BodyWriter) async throws -> Void)
    /// None, in answer to HEAD: only the length that it has in answer to GET is sent (RFC 9110
    /// section 9.3.2). In answer to another method an empty body.
    case omitted(length: Int)
  }

  /// The status code, such as `.ok`.
  public var status: Status
  /// The header fields, in the order in which they are sent.
  public var fields: Fields
  /// The content; not sent in answer to HEAD, nor with a status that has none (RFC 9110 section
  /// 6.4.1).
  public var body: Body

  /// A response whose body is known; empty by default.
  public init(_ status: Status, fields: Fields = [:], body: [UInt8] = []) {
    self.init(status, fields: fields, body: .bytes(body))
  }

  /// A response whose body may be a stream.
  public init(_ status: Status, fields: Fields = [:], body: Body) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// A response with `Content-Type: application/json`.
  /// - Parameter text: the JSON text; it is not checked.
  public static func json(_ status: Status, _ text: String) -> Response {
    Response(status, fields: jsonFields, body: Array(text.utf8))
  }

  private static let jsonFields: Fields = ["Content-Type": "application/json"]

  /// Whether the body is sent in parts.
  var isStream: Bool {
    switch body {
    case .stream: true
    case .bytes, .omitted: false
    }
  }

  /// The body; empty when it is a stream or omitted.
  public var bytes: [UInt8] {
    if case .bytes(let bytes) = body { bytes } else { [] }
  }
}

/// Takes the parts of a streamed body.
public protocol BodyWriter: Sendable {
  /// Sends a part of the body. Returns when fewer than `ServerOptions.writeBuffer` bytes wait for
  /// the client to take them.
  /// - Throws: `CancellationError` when the connection is closed, or the body's closure has
  ///   returned.
  func write(_ bytes: [UInt8]) async throws
}
