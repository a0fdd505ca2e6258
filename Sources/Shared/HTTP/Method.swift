/// A request's method (RFC 9110 section 9). Case matters: `get` is not `GET`.
public struct Method: Hashable, Sendable, CustomStringConvertible {
  /// The token on the wire.
  public let name: String

  /// - Parameter name: any token (RFC 9110 section 5.6.2); not checked.
  public init(_ name: String) { self.name = name }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // A literal costs nothing; decoding checks for UTF-8.
    if bytes.count == 3, Grammar.hasPrefix(bytes, "GET") {
      name = "GET"
    } else if bytes.count == 4, Grammar.hasPrefix(bytes, "POST") {
      name = "POST"
    } else {
      name = String(octets: bytes)
    }
  }

  /// Reads a resource; safe (RFC 9110 section 9.3.1).
  public static let get = Method("GET")
  /// As `get`, without the body of the answer; safe (section 9.3.2).
  public static let head = Method("HEAD")
  /// Hands a body to a resource; not idempotent (section 9.3.3).
  public static let post = Method("POST")
  /// Replaces a resource; idempotent (section 9.3.4).
  public static let put = Method("PUT")
  /// Removes a resource; idempotent (section 9.3.5).
  public static let delete = Method("DELETE")
  /// Asks what a resource takes; safe (section 9.3.7).
  public static let options = Method("OPTIONS")
  /// Changes a resource in part; not idempotent (RFC 5789).
  public static let patch = Method("PATCH")
  static let connect = Method("CONNECT")

  /// The name.
  public var description: String { name }
}
