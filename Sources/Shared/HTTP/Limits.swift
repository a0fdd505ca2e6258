/// How large a message may be; a larger one is refused.
public struct Limits: Sendable, Equatable {
  /// Bytes of the request line (or of a response's status line) without its CRLF; beyond it 414.
  public var requestLine = 8 * 1024
  /// Bytes of all field lines with their CRLFs, trailers included; beyond it 431.
  public var headerSection = 32 * 1024
  /// Number of fields, trailers included; beyond it 431.
  public var headerFields = 100
  /// Bytes of the body, without its framing; beyond it 413.
  public var body = 1024 * 1024
  /// Bytes of one chunk-size line with its extensions, without its CRLF; beyond it 400.
  public var chunkLine = 1024
  /// Bytes of all chunk extensions of a message; beyond it 400.
  public var chunkExtensions = 16 * 1024

  /// Bytes that a connection may hold without asking for room (`BufferBudget`) of each: the request
  /// that arrives, the one that is served, and the response. An empty buffer of this size stays for
  /// the next message.
  static let free = 1024

  /// Bytes that a head may take in memory: as it arrives, and its fields.
  var head: Int { requestLine + 2 * headerSection }

  /// Empty lines before a request line: old clients send one (RFC 9112 section 2.2), more are an
  /// attack.
  static let emptyLines = 8

  /// Interim responses (1xx) before a response: without an end they would keep its reader busy.
  static let interims = 32

  /// The defaults.
  public init() {}
}
