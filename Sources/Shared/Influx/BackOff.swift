/// How long to wait before the next attempt: exponential back-off with jitter.
package struct BackOff: Sendable, Equatable {
  static let first = Duration.milliseconds(100)
  /// The longest wait without `Retry-After`.
  package static let longest = Duration.seconds(2)
  /// The longest `Retry-After` that is honoured.
  static let longestAsked = Duration.seconds(60)

  private(set) var failures = 0

  /// The server's `Retry-After`, if it ends before the deadline; else nil.
  /// - Parameter left: the time until the deadline; nil without one.
  static func honoured(_ asked: Duration?, left: Duration?) -> Duration? {
    asked.flatMap { $0 <= left ?? longestAsked ? $0 : nil }
  }

  /// Counts a failure.
  /// - Parameters:
  ///   - asked: the server's `Retry-After`; the wait is as long, if that is `honoured`.
  ///   - left: the time until the deadline; nil without one.
  ///   - share: random, 0 to 1.
  /// - Returns: a half to the whole of a wait that doubles with each failure, up to `longest`.
  mutating func next(
    asked: Duration? = nil, left: Duration? = nil, share: Double = .random(in: 0...1)
  ) -> Duration {
    var delay = Self.first
    for _ in 0..<min(failures, 5) { delay = min(delay * 2, Self.longest) }
    failures += 1
    return max(Self.honoured(asked, left: left) ?? .zero, delay * (0.5 + share / 2))
  }

  /// Counts a success: the waits begin again with the first.
  mutating func reset() { failures = 0 }
}
