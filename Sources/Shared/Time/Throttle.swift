/// Lets one event through in each interval, and counts those that it holds back: for lines of a log
/// that a client could cause by the thousand.
struct Throttle: Sendable {
  private let interval: Duration
  private var last: MonotonicTime?
  private var held = 0

  init(_ interval: Duration) { self.interval = interval }

  /// Counts events.
  /// - Returns: how many there were since the last one that passed, these included; nil when they
  ///   are held back.
  mutating func pass(_ count: Int = 1, at now: MonotonicTime = .now) -> Int? {
    held += count
    if let last, now - last < interval { return nil }
    last = now
    return takeHeld()
  }

  /// Takes those that are held back.
  mutating func takeHeld() -> Int {
    defer { held = 0 }
    return held
  }
}
