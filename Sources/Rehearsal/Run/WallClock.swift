import Comparison

/// The time of day.
enum WallClock {
  /// Now, as RFC 3339 has it, in UTC and to the second.
  static func text() -> String { text(Date()) }

  static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
