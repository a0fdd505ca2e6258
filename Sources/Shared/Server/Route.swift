/// Answers a request. Runs on its connection's loop, which it must not block; `loop.sleep` waits
/// without blocking.
///
/// An error that it throws is logged and answered with 500, without what it says.
public typealias Handler = @Sendable (Request, isolated EventLoop) async throws -> Response

/// A method and a path, and who answers.
public struct Route: Sendable {
  public let method: Method
  /// Compared as a whole with the request's path, which is not percent-decoded.
  public let path: String
  let handler: Handler

  /// A route for any method; for GET and POST there are names.
  public init(_ method: Method, _ path: String, _ handler: @escaping Handler) {
    self.method = method
    self.path = path
    self.handler = handler
  }

  /// Answers HEAD too.
  public static func get(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.get, path, handler)
  }

  /// The body has been received as a whole when `handler` is called.
  public static func post(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.post, path, handler)
  }
}
