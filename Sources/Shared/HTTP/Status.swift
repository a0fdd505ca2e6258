/// A response's status (RFC 9110 section 15).
public struct Status: Hashable, Sendable, CustomStringConvertible {
  /// Three digits: 100 to 599 in a response that makes sense.
  public let code: Int

  /// A code of three digits. Any other number becomes 500: a status line cannot hold it.
  public init(_ code: Int) { self.code = (100...999).contains(code) ? code : 500 }

  /// The client may send the body that it holds back (RFC 9110 section 15.2.1).
  public static let `continue` = Status(100)
  /// The request succeeded (section 15.3.1).
  public static let ok = Status(200)
  /// It made a resource (section 15.3.2).
  public static let created = Status(201)
  /// It is accepted and not yet acted upon (section 15.3.3).
  public static let accepted = Status(202)
  /// It succeeded, and there is no body (section 15.3.5).
  public static let noContent = Status(204)
  /// What the client holds is still valid; no body (section 15.4.5).
  public static let notModified = Status(304)
  /// The client's request is malformed (section 15.5.1).
  public static let badRequest = Status(400)
  /// Nothing is at this path (section 15.5.5).
  public static let notFound = Status(404)
  /// The path is known, and does not take this method (section 15.5.6).
  public static let methodNotAllowed = Status(405)
  /// The request did not arrive in time; the client may repeat it (section 15.5.9).
  public static let requestTimeout = Status(408)
  /// The body is longer than the server takes (section 15.5.14).
  public static let contentTooLarge = Status(413)
  /// The target is longer than the server takes (section 15.5.15).
  public static let uriTooLong = Status(414)
  /// The body is in a format or coding that the server does not take (section 15.5.16).
  public static let unsupportedMediaType = Status(415)
  /// `Expect` asks for what the server does not do (section 15.5.18).
  public static let expectationFailed = Status(417)
  /// The client sends more than it may (RFC 6585 section 4).
  public static let tooManyRequests = Status(429)
  /// The fields are longer than the server takes (RFC 6585 section 5).
  public static let fieldsTooLarge = Status(431)
  /// The handler failed (RFC 9110 section 15.6.1).
  public static let internalServerError = Status(500)
  /// The server does not know the method or the transfer coding (section 15.6.2).
  public static let notImplemented = Status(501)
  /// The server behind a proxy answered badly or not at all (section 15.6.3).
  public static let badGateway = Status(502)
  /// The server cannot serve now, and may later (section 15.6.4).
  public static let serviceUnavailable = Status(503)
  /// The server behind a proxy took too long (section 15.6.5).
  public static let gatewayTimeout = Status(504)
  /// The server does not speak this version of HTTP (section 15.6.6).
  public static let versionNotSupported = Status(505)

  /// The registered phrase of the code, such as "Not Found"; empty for a code without one. It is
  /// for people: programs act on the code (RFC 9112 section 4).
  public var reason: String { String((text?.description ?? "").dropFirst(4)) }

  /// Code and phrase: `404 Not Found`.
  public var description: String { text?.description ?? "\(code)" }

  /// A response with this status never has a body, whatever its fields are (RFC 9112 section 6.3).
  var isBodiless: Bool { code < 200 || code == 204 || code == 304 }

  /// Code and phrase, as a status line holds them: static, since each response writes one.
  var text: StaticString? {
    switch code {
    case 100: "100 Continue"
    case 200: "200 OK"
    case 201: "201 Created"
    case 202: "202 Accepted"
    case 204: "204 No Content"
    case 304: "304 Not Modified"
    case 400: "400 Bad Request"
    case 404: "404 Not Found"
    case 405: "405 Method Not Allowed"
    case 408: "408 Request Timeout"
    case 413: "413 Content Too Large"
    case 414: "414 URI Too Long"
    case 415: "415 Unsupported Media Type"
    case 417: "417 Expectation Failed"
    case 429: "429 Too Many Requests"
    case 431: "431 Request Header Fields Too Large"
    case 500: "500 Internal Server Error"
    case 501: "501 Not Implemented"
    case 502: "502 Bad Gateway"
    case 503: "503 Service Unavailable"
    case 504: "504 Gateway Timeout"
    case 505: "505 HTTP Version Not Supported"
    default: nil
    }
  }
}
