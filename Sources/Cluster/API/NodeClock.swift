/// How far a node's clock is ahead of this machine's, from the lines of a log that is followed: the
/// node stamps each, and it comes here a moment later. The fastest one tells most.
struct NodeClock: Equatable, Sendable {
  /// Seconds, too few by what the fastest line took; nil before the first.
  private(set) var ahead: Double?

  init() {}

  /// - Parameters:
  ///   - stamp: when the line was written, by the node's clock.
  ///   - came: when it came, by this machine's. Both in seconds since 1970.
  mutating func add(stamp: Double, came: Double) {
    ahead = max(ahead ?? -.infinity, stamp - came)
  }
}
