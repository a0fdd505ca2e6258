/// The operations by id: what was answered, and what became of it.
package struct Audit: Codable, Equatable, Sendable {
  /// What a client saw of a request.
  package enum Outcome: Sendable { case answered, failed }

  /// Requests with a 200.
  package var answered = 0
  /// Different ids that are stored.
  package var logged = 0
  /// Answered, and neither stored nor in a pod's standard error.
  package var lost = 0
  /// Of the lost ones, those that no shutdown explains: their pod was not deleted, or ended later
  /// than it may hold an operation. Nil where it is not known which pod answered.
  package var lostElsewhere: Int?
  /// Of the lost ones, those of which no pod's log says which pod answered; nil where that is known
  /// of all.
  package var lostUnplaced: Int?
  /// The lost ones by phase: that which deleted their pod, or if none did that of their answer.
  package var lostInPhases: [String: Int] = [:]
  /// Answered, not stored, but in a pod's standard error, ready to be replayed.
  package var undelivered = 0
  /// Ids that are stored as more than one point.
  package var loggedTwice = 0
  /// Stored, though the client saw an error.
  package var loggedThoughFailed = 0
  /// Points with an id that no client of the row sent.
  package var unknown = 0

  private enum CodingKeys: String, CodingKey {
    case answered, logged, lost, undelivered
    case unknown = "strange"
    case loggedTwice = "logged_twice"
    case loggedThoughFailed = "logged_though_failed"
    case lostElsewhere = "lost_elsewhere"
    case lostUnplaced = "lost_unplaced"
    case lostInPhases = "lost_in_phases"
  }

  package init() {}

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    answered = try fields.decode(Int.self, forKey: .answered)
    logged = try fields.decode(Int.self, forKey: .logged)
    lost = try fields.decode(Int.self, forKey: .lost)
    undelivered = try fields.decode(Int.self, forKey: .undelivered)
    loggedTwice = try fields.decode(Int.self, forKey: .loggedTwice)
    loggedThoughFailed = try fields.decode(Int.self, forKey: .loggedThoughFailed)
    unknown = try fields.decode(Int.self, forKey: .unknown)
    lostElsewhere = try fields.decodeIfPresent(Int.self, forKey: .lostElsewhere)
    lostUnplaced = try fields.decodeIfPresent(Int.self, forKey: .lostUnplaced)
    // Results before schema 2 have none.
    lostInPhases = try fields.decodeIfPresent([String: Int].self, forKey: .lostInPhases) ?? [:]
  }

  /// - Parameters:
  ///   - answered: how many requests were.
  ///   - traced: the ids in the pods' standard error.
  ///   - outcome: what the client of a request saw, by its id; nil when no client sent it.
  package init(
    answered: Int, stored: StoredOperations, traced: Set<String>, outcome: (String) -> Outcome?
  ) {
    self.answered = answered
    for (id, count) in stored.counts {
      guard let outcome = outcome(id) else {
        unknown += count
        continue
      }
      logged += 1
      if outcome == .failed { loggedThoughFailed += 1 }
      if count > 1 { loggedTwice += 1 }
    }
    undelivered = traced.count { stored.counts[$0] == nil && outcome($0) == .answered }
    lost = answered - (logged - loggedThoughFailed) - undelivered
  }
}
