/// Why a write, query or ping of InfluxDB failed.
package enum InfluxError: Error, Equatable, CustomStringConvertible {
  /// The host's name has no address, or the look-up took too long.
  case unresolved(host: String)
  /// There was no response. Whether InfluxDB executed the request is unknown.
  case noAnswer(ClientError)
  /// InfluxDB, or a proxy before it, cannot execute the request now: 408, 425, 429 or 5xx, or a 404
  /// that is not InfluxDB's.
  case unavailable(Status, message: String, retryAfter: Duration?)
  /// The database does not exist, for example after a restart of InfluxDB without its volume. It
  /// may be created.
  case noDatabase(String)
  /// Line protocol cannot encode the point.
  case notEncodable(PointError)
  /// InfluxDB rejects the request: any other status. A retry gives the same.
  case rejected(Status, message: String)

  /// Whether the same request may succeed later. A write that was executed may be repeated: the
  /// points overwrite themselves.
  package var isRetryable: Bool {
    switch self {
    case .unresolved, .noAnswer, .unavailable, .noDatabase: true
    case .notEncodable, .rejected: false
    }
  }

  /// The server's `Retry-After`.
  var retryAfter: Duration? {
    if case .unavailable(_, _, let delay) = self { delay } else { nil }
  }

  /// One line for a log.
  package var description: String {
    switch self {
    case .unresolved(let host): "\(host) has no address"
    case .noAnswer(let error): "\(error)"
    case .notEncodable(let error): "\(error)"
    case .noDatabase(let name):
      "database \(name) not found; create it with: CREATE DATABASE \"\(name)\""
    case .unavailable(let status, let message, _), .rejected(let status, let message):
      message.isEmpty ? "\(status)" : "\(status): \(message)"
    }
  }
}
