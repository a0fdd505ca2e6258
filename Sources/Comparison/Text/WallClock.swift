/// The time of day, as results and reports state it.
package enum WallClock {
  /// Now, as RFC 3339 has it, in UTC and to the second.
  package static func text() -> String { text(Date()) }

  package static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
