/// What a server grants its clients. Every limit has a default that suits a small service behind a
/// proxy.
public struct ServerOptions: Sendable {
  /// Sizes of request line, header section and body.
  public var limits = Limits()
  /// From a request's first byte to its last; then 408.
  public var requestTimeout: Duration = .seconds(10)
  /// Between two requests of a connection, and before its first. Longer than the proxies' own, so
  /// that they close first.
  public var idleTimeout: Duration = .seconds(75)
  /// Without the client taking a byte of a response that waits for it; then the connection is
  /// closed.
  public var writeTimeout: Duration = .seconds(10)
  /// Bytes of a streamed response that may wait for the client before its writer has to.
  public var writeBuffer = 64 * 1024
  /// Bytes of pipelined requests that may wait for their turn.
  public var pipelineBuffer = 64 * 1024
  /// Open connections; further ones wait in the backlog.
  public var maxConnections = 10_000
  /// How long an idle connection stays open in a drain, so that a request that is on its way still
  /// gets its answer. Longer than the time for which proxies send to a pod that is gone (measured:
  /// 0.1 to 1.05 s).
  public var lameDuck: Duration = .seconds(2)
  /// How long the client's end is waited for after our own (RFC 9112 section 9.6).
  public var lingering: Duration = .seconds(1)
  /// How long a drain may take; what is left then is cut.
  public var drain: Duration = .seconds(20)
  /// Event loops; nil means one for each core.
  public var loops: Int?
  /// How the loops wait.
  public var poller = PollerKind.epoll

  public init() {}
}
