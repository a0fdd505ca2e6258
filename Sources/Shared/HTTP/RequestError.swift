/// A request is refused. The connection closes after the response: the parser cannot tell where a
/// next request would begin.
struct RequestError: Error, Equatable, Sendable {
  /// The status of the response.
  let status: Status
  /// The fault, for a log.
  let reason: String

  init(_ status: Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  static func malformed(_ reason: String) -> RequestError { RequestError(.badRequest, reason) }
}
