/// How a client uses connections.
package enum ClientKind: String, CaseIterable, Codable, Hashable, Sendable {
  /// A connection for each request.
  case fresh
  /// One connection for all requests, as long as it lasts.
  case keepalive
}
