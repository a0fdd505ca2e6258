/// Decides whether a connection serves another request (RFC 9112 section 9.3): the one predicate
/// for the whole server, and for the client.
enum KeepAlive {
  /// Whether the sender of a message leaves the connection open, by the message's version and
  /// `Connection` options.
  static func isOffered(version: Version, fields: Fields) -> Bool {
    isOffered(
      version: version, closes: fields.contains(token: "close", in: "Connection"),
      keepsAlive: fields.contains(token: "keep-alive", in: "Connection"))
  }

  /// As above, by the options that were found.
  static func isOffered(
    version: Version, closes: Bool, keepsAlive: @autoclosure () -> Bool
  ) -> Bool {
    !closes && (version >= .http11 || keepsAlive())
  }

  private static let connection = FieldNames(["Connection"])

  /// Whether a server's connection stays open after a response.
  /// - Parameter draining: the server takes no further request on this connection.
  static func isKept(request: Request, response: Response, draining: Bool) -> Bool {
    if draining { return false }
    guard
      request.offersKeepAlive ?? isOffered(version: request.version, fields: request.fields)
    else { return false }
    if response.fields.names.mayHoldAny(of: connection),
      response.fields.contains(token: "close", in: "Connection")
    {
      return false
    }
    // HTTP/1.0 has no chunks: only the connection's end marks the end of a stream.
    if case .stream = response.body, request.version < .http11 {
      return request.method == .head || response.status.isBodiless
    }
    return true
  }
}
