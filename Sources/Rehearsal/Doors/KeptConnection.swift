/// When a client that keeps its connection makes a new one: after a number of requests, so that it
/// comes to sit on new pods, too. Servers and pools limit that number (nginx `keepalive_requests`,
/// Apache `MaxKeepAliveRequests`, which is 100).
struct KeptConnection: Equatable, Sendable {
  /// Requests of one connection; nil: as many as it lasts.
  let limit: Int?
  private var sent: Int

  /// As many requests as the connection lasts.
  static let unlimited = KeptConnection(limit: nil)

  /// - Parameter sent: that the first connection counts as having served, so that not all clients
  ///   make new ones at the same time.
  init(limit: Int?, sent: Int = 0) {
    self.limit = limit
    self.sent = limit.map { sent % $0 } ?? 0
  }

  /// Whether the connection has served its requests; counts the next one.
  /// - Parameter isKept: whether the client keeps connections at all.
  mutating func endsBefore(nextRequest isKept: Bool) -> Bool {
    guard isKept, let limit else { return false }
    let ends = sent >= limit
    sent = ends ? 1 : sent + 1
    return ends
  }
}
