/// Limits and times of a server. The defaults suit a small service behind a proxy.
public struct ServerOptions: Sendable {
  /// Sizes of request line, header section and body.
  public var limits = Limits()
  /// From a request's first byte to its last; then the answer is 408.
  public var requestTimeout: Duration = .seconds(10)
  /// Between two requests of a connection, and before its first; then the connection closes. Longer
  /// than the idle time-out of common proxies (60 s), so that they close first. The environment's
  /// `IDLE_TIMEOUT_SECONDS` goes before it.
  public var idleTimeout: Duration = .seconds(75)
  /// How long a client may take no byte of a response; then the connection closes.
  public var writeTimeout: Duration = .seconds(10)
  /// Bytes of a streamed response that may wait for the client; beyond it `BodyWriter.write` waits.
  public var writeBuffer = 64 * 1024
  /// Bytes of pipelined requests that may wait for their turn; beyond it the server stops reading.
  public var pipelineBuffer = 64 * 1024
  /// Open connections. Beyond it a new one waits in the backlog until another closes; the one that
  /// has been idle longest, and for a second at least, makes room.
  public var maxConnections = 10_000
  /// Bytes that all connections together hold of requests and responses, beyond 1 KiB of each. A
  /// request that finds no room is not read on; the one that has stalled longest is refused with
  /// 503. Multiply before you change it: connections, this, and what the handlers hold have to fit
  /// into the pod's memory (`Tests/SlideTests/MemoryBudgetTests.swift` does it for the manifests).
  public var bufferBudget = 32 << 20
  /// How long an idle connection stays open in a drain, so that a request on its way still gets its
  /// response. Longer than proxies keep sending to a deleted pod (measured on Kubernetes 1.36: 0.1
  /// to 1.05 s).
  public var lameDuck: Duration = .seconds(2)
  /// How long the server reads after its half-close, until the client's end (RFC 9112 section 9.6).
  public var lingering: Duration = .seconds(1)
  /// How long a drain may take; then it cuts the open connections.
  public var drain: Duration = .seconds(20)
  /// Event loops, with a thread each; nil: as many as the process may use processors (affinity and
  /// cgroup quota). The environment's `LOOPS` goes before it.
  public var loops: Int?
  /// Threads for routes that run off the loops, made as needed; beyond it such requests wait.
  public var blockingThreads = 64
  /// Called after each response, refusals included, on the connection's loop: it must not block.
  public var onAccess: (@Sendable (Access) -> Void)?
  /// A connection that has been idle for less is not closed to make room: a request may be on its
  /// way.
  var leastIdle: Duration = .seconds(1)
  /// The system call with which the loops wait.
  package var poller = PollerKind.epoll
  /// Finds the addresses of the host's name; other than the system's for tests only. Blocks.
  var lookUp: @Sendable (String, UInt16) -> [SocketAddress] = SocketAddress.resolveAll

  /// The defaults.
  public init() {}

  /// With what the environment sets.
  func changed(by config: Config) -> ServerOptions {
    var options = self
    if let loops = config.loops { options.loops = loops }
    if let idleTimeout = config.idleTimeout { options.idleTimeout = idleTimeout }
    return options
  }

  /// These, if a server can serve with them.
  /// - Precondition: each count is 1 or more, and each time-out more than 0.
  func checked() -> ServerOptions {
    if let fault { preconditionFailure(fault) }
    return self
  }

  /// Which of them leaves a server that serves nothing, and what is allowed; nil when none does.
  var fault: String? {
    let counts = [
      ("writeBuffer", writeBuffer), ("maxConnections", maxConnections), ("loops", loops ?? 1),
      ("blockingThreads", blockingThreads), ("limits.requestLine", limits.requestLine),
      ("limits.headerSection", limits.headerSection), ("limits.headerFields", limits.headerFields),
    ]
    for (name, value) in counts where value < 1 {
      return "ServerOptions.\(name) is \(value); allowed is 1 or more"
    }
    let times = [
      ("requestTimeout", requestTimeout), ("idleTimeout", idleTimeout),
      ("writeTimeout", writeTimeout),
    ]
    for (name, value) in times where value <= .zero {
      return "ServerOptions.\(name) is \(value); allowed is more than 0"
    }
    return nil
  }
}
