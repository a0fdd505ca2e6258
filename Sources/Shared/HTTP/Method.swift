/// A request's method (RFC 9110 section 9). Case matters: `get` is not `GET`.
public struct Method: Hashable, Sendable, CustomStringConvertible {
  /// The token on the wire.
  public let name: String

  /// - Precondition: the name is a token (RFC 9110 section 5.6.2): a request line holds it.
  public init(_ name: String) {
    var name = name
    precondition(name.withUTF8 { Grammar.isToken($0) }, "a method is a token")
    self.name = name
  }

  /// Whether it is registered as a method of HTTP itself (RFC 9110 section 9.3, RFC 5789): another
  /// one, unless a route has it, is not implemented (501).
  var isRegistered: Bool {
    switch name {
    case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH": true
    default: false
    }
  }

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

  public static let get = Method("GET")
  public static let head = Method("HEAD")
  public static let post = Method("POST")
  public static let put = Method("PUT")
  public static let delete = Method("DELETE")
  public static let options = Method("OPTIONS")
  public static let patch = Method("PATCH")
  static let connect = Method("CONNECT")

  /// The name.
  public var description: String { name }
}
