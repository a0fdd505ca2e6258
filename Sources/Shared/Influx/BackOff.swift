/// How long to wait before the same is tried again: longer each time, and never the same for all
/// who wait.
public struct BackOff: Sendable, Equatable {
  static let first = Duration.milliseconds(100)
  public static let longest = Duration.seconds(2)
  /// A server may ask for more patience than that, but not for any.
  static let longestAsked = Duration.seconds(60)

  private(set) var failures = 0

  /// Another failure.
  /// - Parameters:
  ///   - asked: the server's `Retry-After`. It is honoured when it fits before the deadline; else
  ///     this waits as if nothing had been asked.
  ///   - left: until the deadline; nil without one.
  ///   - share: at random, 0 to 1.
  /// - Returns: twice as long as the last time, up to `longest`; of that, a half to the whole.
  mutating func next(
    asked: Duration? = nil, left: Duration? = nil, share: Double = .random(in: 0...1)
  ) -> Duration {
    var delay = Self.first
    for _ in 0..<min(failures, 5) { delay = min(delay * 2, Self.longest) }
    failures += 1
    if let asked, asked <= left ?? Self.longestAsked {
      return max(asked, delay * (0.5 + share / 2))
    }
    return delay * (0.5 + share / 2)
  }

  mutating func reset() { failures = 0 }
}
