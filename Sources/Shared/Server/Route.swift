/// Runs on the event loop of the request's connection, a thread that it shares with many others: it
/// must not block. `loop.sleep` waits without blocking; a handler that has to block belongs to a
/// route that runs off the loop (`Route.init(_:_:offLoop:)`).
///
/// An error that it throws is logged, and answered with 500 without its text. A drain waits for the
/// handler, tells it through `DrainNotice`, and cancels it at its deadline, not before.
public typealias Handler = @Sendable (Request, isolated EventLoop) async throws -> Response

/// As `Handler`, for an answer that is there at once: it costs no task, and nothing can cancel it.
public typealias ImmediateHandler = @Sendable (Request, isolated EventLoop) throws -> Response

/// Runs on a thread of its own and may block; on the loop's, when the process can make no thread at
/// all. Else as `Handler`.
public typealias BlockingHandler = @Sendable (Request) async throws -> Response

/// Which requests a handler answers: a method and a path, or all below a path, or all others.
public struct Route: Sendable {
  /// Which paths.
  enum Place: Equatable {
    case path(String)
    case prefix(String)
    case anywhere
  }

  /// Where the handler runs.
  enum Work: Sendable {
    case immediate(ImmediateHandler)
    case onLoop(Handler)
    case offLoop(BlockingHandler)
  }

  /// Nil: any.
  let method: Method?
  let place: Place
  let work: Work

  /// A route for any method; `get` and `post` are shorter.
  /// - Parameter path: the whole path, compared without percent-decoding; there are no patterns.
  public init(_ method: Method, _ path: String, _ handler: @escaping Handler) {
    self.init(method, .path(path), .onLoop(handler))
  }

  /// A route whose handler does not wait.
  public init(_ method: Method, _ path: String, _ handler: @escaping ImmediateHandler) {
    self.init(method, .path(path), .immediate(handler))
  }

  /// A route whose handler may block: it runs on one of the server's own threads
  /// (`ServerOptions.blockingThreads`), so that it holds up no other connection.
  ///
  /// Not the default: with two changes of thread, a request costs five times what it costs on the
  /// loop. The figures stand in docs/architecture.md, "Where a handler runs".
  public init(_ method: Method, _ path: String, offLoop handler: @escaping BlockingHandler) {
    self.init(method, .path(path), .offLoop(handler))
  }

  /// A route for all paths that begin with `prefix`, such as `/static/`. A route for the whole path
  /// goes before it, and so does one with a longer prefix.
  public init(_ method: Method, prefix: String, _ handler: @escaping Handler) {
    self.init(method, .prefix(prefix), .onLoop(handler))
  }

  private init(_ method: Method?, _ place: Place, _ work: Work) {
    self.method = method
    self.place = place
    self.work = work
  }

  /// A route for GET; it answers HEAD, too, without the body.
  public static func get(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.get, path, handler)
  }

  /// A route for GET whose handler does not wait; it answers HEAD, too, without the body.
  public static func get(_ path: String, _ handler: @escaping ImmediateHandler) -> Route {
    Route(.get, path, handler)
  }

  /// A route for POST. The request's body is complete when the handler is called.
  public static func post(_ path: String, _ handler: @escaping Handler) -> Route {
    Route(.post, path, handler)
  }

  /// A route for all requests that no other route answers, whatever their method: in place of 404,
  /// 405 and 501.
  public static func fallback(_ handler: @escaping Handler) -> Route {
    Route(nil, .anywhere, .onLoop(handler))
  }
}
