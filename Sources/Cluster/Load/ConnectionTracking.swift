import Comparison

/// How full new connections make the nodes' tables of connections. The kernel keeps an entry for
/// 120 s after a connection's end (`nf_conntrack_tcp_timeout_time_wait`), and drops new connections
/// while a table is full; kube-proxy makes it 32,768 entries a core and at least 131,072.
struct ConnectionTracking: Equatable, Sendable {
  static let least = 131_072
  /// Requests of one user a second: each takes 100 ms and its way.
  private static let rate = 9.5

  /// What each node has to track at most.
  let entries: Int

  /// A connection has an entry where it begins and one where its pod is.
  init(users: Int, seconds: Int, nodes: Int) {
    let made = Double(users) * Self.rate * Double(min(seconds, 120))
    entries = Int(made * (nodes == 1 ? 1 : 2) / Double(max(1, nodes)))
  }

  /// What is to be said of time-outs under such a load; nil where the tables hold it.
  func warning(timeouts: Int) -> String? {
    guard timeouts > 0, entries > Self.least else { return nil }
    return
      "each node had up to \(entries.grouped) connections to track, and room for "
      + "\(Self.least.grouped) or more: a timeout in a quiet phase is its table's; fewer vus=, "
      + "more nodes or REUSE=1 tell"
  }
}
