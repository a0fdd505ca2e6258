/// A response. The encoder adds `Date`, `Connection` and the framing.
public struct Response: Sendable {
  /// What follows the header section.
  public enum Body: Sendable {
    /// All of it is known: sent with its length.
    case bytes([UInt8])
    /// Written as it comes into being: chunked, or up to the connection's end for an HTTP/1.0
    /// client. The body is complete when the closure returns; when it throws, the connection is
    /// closed so that nobody takes a part for the whole.
    case stream(@Sendable (any BodyWriter) async throws -> Void)
  }

  public var status: Status
  public var fields: Fields
  public var body: Body

  /// A response whose body, if there is one, is known.
  public init(_ status: Status, fields: Fields = [:], body: [UInt8] = []) {
    self.init(status, fields: fields, body: .bytes(body))
  }

  /// A response whose body may be streamed.
  public init(_ status: Status, fields: Fields = [:], body: Body) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// A response whose body is JSON text; the text is not checked.
  public static func json(_ status: Status, _ text: String) -> Response {
    Response(status, fields: jsonFields, body: Array(text.utf8))
  }

  private static let jsonFields: Fields = ["Content-Type": "application/json"]

  /// The body, as far as it is known without being streamed.
  public var bytes: [UInt8] {
    if case .bytes(let bytes) = body { bytes } else { [] }
  }
}

/// Where a streamed body goes.
public protocol BodyWriter: Sendable {
  /// Sends a part of the body; returns when the client has taken enough for more.
  /// - Throws: `CancellationError` when the client is gone.
  func write(_ bytes: [UInt8]) async throws
}
