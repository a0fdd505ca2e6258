/// Limits and times of a server. The defaults suit a small service behind a proxy.
public struct ServerOptions: Sendable {
  /// Sizes of request line, header section and body.
  public var limits = Limits()
  /// From a request's first byte to its last; then the answer is 408.
  public var requestTimeout: Duration = .seconds(10)
  /// Between two requests of a connection, and before its first; then the connection closes. Longer
  /// than the idle time-out of common proxies (60 s), so that they close first.
  public var idleTimeout: Duration = .seconds(75)
  /// How long a client may take no byte of a response; then the connection closes.
  public var writeTimeout: Duration = .seconds(10)
  /// Bytes of a streamed response that may wait for the client; beyond it `BodyWriter.write` waits.
  public var writeBuffer = 64 * 1024
  /// Bytes of pipelined requests that may wait for their turn; beyond it the server stops reading.
  public var pipelineBuffer = 64 * 1024
  /// Open connections; beyond it new ones wait in the backlog.
  public var maxConnections = 10_000
  /// How long an idle connection stays open in a drain, so that a request on its way still gets its
  /// response. Longer than proxies keep sending to a deleted pod (measured on Kubernetes 1.36: 0.1
  /// to 1.05 s).
  public var lameDuck: Duration = .seconds(2)
  /// How long the server reads after its half-close, until the client's end (RFC 9112 section 9.6).
  public var lingering: Duration = .seconds(1)
  /// How long a drain may take; then it cuts the open connections.
  public var drain: Duration = .seconds(20)
  /// Event loops, with a thread each; nil: one per online processor.
  public var loops: Int?
  /// The system call with which the loops wait.
  package var poller = PollerKind.epoll

  /// The defaults.
  public init() {}
}
