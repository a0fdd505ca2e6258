/// The one predicate that decides whether a connection serves another request (RFC 9112 section
/// 9.3).
enum Persistence {
  /// Whether the sender of a message, by its version and its `Connection` options, leaves the
  /// connection open.
  static func isOffered(version: Version, fields: Fields) -> Bool {
    if fields.contains(token: "close", in: "Connection") { return false }
    return version >= .http11 || fields.contains(token: "keep-alive", in: "Connection")
  }

  /// - Parameter draining: the server wants no further request on this connection.
  static func keepsAlive(request: Request, response: Response, draining: Bool) -> Bool {
    guard !draining, isOffered(version: request.version, fields: request.fields) else {
      return false
    }
    if response.fields.contains(token: "close", in: "Connection") { return false }
    // HTTP/1.0 knows no chunks: only the connection's end can tell where a stream ends.
    if case .stream = response.body, request.version < .http11 {
      return request.method == .head || response.status.isBodiless
    }
    return true
  }
}
