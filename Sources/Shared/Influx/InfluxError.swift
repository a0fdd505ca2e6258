/// Why InfluxDB did not do what it was asked to.
public enum InfluxError: Error, Equatable, CustomStringConvertible {
  /// The host's name leads to no address, or not in time.
  case unresolved(host: String)
  /// No answer. Whether the request was carried out is not known.
  case noAnswer(ClientError)
  /// It cannot now: 429 or 5xx.
  case unavailable(Status, message: String, retryAfter: Duration?)
  /// Line protocol has no words for it.
  case unsayable(PointError)
  /// It will not, however often it is asked: any other status.
  case rejected(Status, message: String)

  /// Whether the same request may succeed later. A point is its own identity, so that a write that
  /// was carried out may be repeated.
  public var isRetryable: Bool {
    switch self {
    case .unresolved, .noAnswer, .unavailable: true
    case .unsayable, .rejected: false
    }
  }

  /// How long the server asked to be left alone.
  var retryAfter: Duration? {
    if case .unavailable(_, _, let delay) = self { delay } else { nil }
  }

  public var description: String {
    switch self {
    case .unresolved(let host): "\(host) has no address"
    case .noAnswer(let error): "\(error)"
    case .unsayable(let error): "\(error)"
    case .unavailable(let status, let message, _), .rejected(let status, let message):
      message.isEmpty ? "\(status)" : "\(status): \(message)"
    }
  }
}
