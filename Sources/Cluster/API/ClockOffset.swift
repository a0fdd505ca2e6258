import Comparison

/// How far the cluster's clock is ahead of this machine's, from things that the cluster has dated
/// to the second: each says that its clock showed a time within that second at some moment between
/// the call and its answer here.
struct ClockOffset: Equatable, Sendable {
  /// Seconds, by which the cluster is ahead at least and at most.
  private(set) var lower = -Double.infinity
  private(set) var upper = Double.infinity

  init() {}

  /// - Parameters:
  ///   - stamp: what the cluster said, in whole seconds since 1970.
  ///   - called: when it was asked, by this machine's clock.
  ///   - answered: when its answer came.
  mutating func add(stamp: Double, called: Double, answered: Double) {
    let (low, high) = (max(lower, stamp - answered), min(upper, stamp + 1 - called))
    // Clocks of two servers may contradict each other; then the wider word stands.
    if low <= high { (lower, upper) = (low, high) }
  }

  /// The best guess; 0 before anything is known.
  var seconds: Double { lower.isFinite && upper.isFinite ? (lower + upper) / 2 : 0 }

  /// By how much the guess may be wrong.
  var error: Double { lower.isFinite && upper.isFinite ? (upper - lower) / 2 : .infinity }
}
