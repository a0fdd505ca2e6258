/// The operations by id: what was answered, and what became of it.
package struct Audit: Codable, Equatable, Sendable {
  /// Requests with a 200.
  package var answered = 0
  /// Different ids that are stored.
  package var logged = 0
  /// Answered, and neither stored nor in a pod's standard error.
  package var lost = 0
  /// Answered, not stored, but in a pod's standard error, ready to be replayed.
  package var undelivered = 0
  /// Ids that are stored as more than one point.
  package var loggedTwice = 0
  /// Stored, though the client saw an error.
  package var loggedThoughFailed = 0
  /// Stored, though no client of the row sent it.
  package var strange = 0

  private enum CodingKeys: String, CodingKey {
    case answered, logged, lost, undelivered, strange
    case loggedTwice = "logged_twice"
    case loggedThoughFailed = "logged_though_failed"
  }

  package init() {}
}
