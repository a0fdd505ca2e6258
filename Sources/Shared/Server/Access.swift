/// A request and its response, for a log of accesses or for metrics (`ServerOptions.onAccess`).
public struct Access: Sendable {
  /// The method; nil for a request that could not be read.
  public let method: Method?
  /// The target's path; nil for a request that could not be read.
  public let path: String?
  /// The status of the response.
  public let status: Status
  /// The request's id.
  public let id: String
  /// From the moment in which the request was complete to the end of the response's last write. The
  /// client may not have taken it yet.
  public let took: Duration
}
