/// Why a request is refused. The connection closes after the response: where the next request would
/// begin cannot be known.
public struct RequestError: Error, Equatable, Sendable {
  /// What to answer.
  public let status: Status
  /// What was wrong, for a log.
  public let reason: String

  public init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  static func malformed(_ reason: String) -> RequestError { RequestError(.badRequest, reason) }
}
