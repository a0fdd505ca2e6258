import Shared

extension WallTime {
  /// As results state it: RFC 3339 section 5.6, in UTC and to the second.
  package var text: String { Date(timeIntervalSince1970: seconds).formatted(.iso8601) }
}
