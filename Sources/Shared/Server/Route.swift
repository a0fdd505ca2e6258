/// Answers a request. It runs on the loop of its connection and must not block it; `loop.sleep`
/// waits without blocking.
///
/// An error that it throws is logged, and answered with 500 without its text. A drain waits for the
/// handler and does not cancel it.
public typealias Handler = @Sendable (Request, isolated EventLoop) async throws -> Response

/// A method and a path, and the handler of their requests.
public struct Route: Sendable {
  /// The method of the requests.
  public let method: Method
  /// The whole path of the requests, compared without percent-decoding; there are no patterns.
  public let path: String
  let handler: Handler

  /// A route for any method; `get` and `post` are shorter.
  public init(_ method: Method, _ path: String, _ handler: @escaping Handler) {
    self.method = method
    self.path = path
    self.handler = handler
  }

  /// A route for GET; it answers HEAD, too, without the body.
  public static func get(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.get, path, handler)
  }

  /// A route for POST. The request's body is complete when the handler is called.
  public static func post(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.post, path, handler)
  }
}
