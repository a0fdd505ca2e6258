/// A request's method (RFC 9110 section 9). Case matters: `get` is not `GET`.
public struct Method: Hashable, Sendable, CustomStringConvertible {
  /// The token on the wire.
  public let name: String
  /// Tells methods apart before their names are compared.
  private let registered: Registered?

  /// The methods of HTTP itself (RFC 9110 section 9.3, RFC 5789).
  private enum Registered: String {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case connect = "CONNECT"
    case options = "OPTIONS"
    case trace = "TRACE"
    case patch = "PATCH"
  }

  /// - Precondition: the name is a token (RFC 9110 section 5.6.2): a request line holds it.
  public init(_ name: String) {
    var name = name
    precondition(name.withUTF8 { Grammar.isToken($0) }, "a method is a token")
    self.name = name
    registered = Registered(rawValue: name)
  }

  /// Whether it is registered as a method of HTTP itself: another one, unless a route has it, is
  /// not implemented (501).
  var isRegistered: Bool { registered != nil }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    // A literal costs nothing; decoding checks for UTF-8.
    if bytes.count == 3, Grammar.hasPrefix(bytes, "GET") {
      (name, registered) = ("GET", .get)
    } else if bytes.count == 4, Grammar.hasPrefix(bytes, "POST") {
      (name, registered) = ("POST", .post)
    } else {
      name = String(octets: bytes)
      registered = Registered(rawValue: name)
    }
  }

  /// Equal registered methods have equal names.
  public static func == (left: Method, right: Method) -> Bool {
    left.registered == right.registered && (left.registered != nil || left.name == right.name)
  }

  /// By its name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

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
