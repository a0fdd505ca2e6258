/// How much of a message is read before it is refused.
public struct Limits: Sendable, Equatable {
  /// Bytes of the request line (or of a response's status line) without its CRLF; beyond it 414.
  public var requestLine = Limits.defaultRequestLine
  /// Bytes of all field lines with their CRLFs, trailers included; beyond it 431.
  public var headerSection = Limits.defaultHeaderSection
  /// Number of fields, trailers included; beyond it 431.
  public var headerFields = Limits.defaultHeaderFields
  /// Bytes of the body, without its framing; beyond it 413.
  public var body = Limits.defaultBody
  /// Bytes of one chunk-size line with its extensions, without its CRLF; beyond it 400.
  public var chunkLine = Limits.defaultChunkLine
  /// Bytes of all chunk extensions of a message; beyond it 400.
  public var chunkExtensions = Limits.defaultChunkExtensions

  public static let defaultRequestLine = 8 * 1024
  public static let defaultHeaderSection = 32 * 1024
  public static let defaultHeaderFields = 100
  public static let defaultBody = 1024 * 1024
  public static let defaultChunkLine = 1024
  public static let defaultChunkExtensions = 16 * 1024
  /// Empty lines before a request line; one is a known habit of old clients (RFC 9112 section 2.2),
  /// many are an attack.
  static let emptyLines = 8

  public init() {}
}
