/// What one case found.
package struct Finding: Equatable, Sendable {
  package enum Verdict: Equatable, Sendable {
    case holds
    /// With the level of what went wrong, which can be less grave than the case.
    case fails(Level)
    /// The case cannot be made with this server or request.
    case notTried
  }

  package let verdict: Verdict
  /// What was seen, or why it was not tried; one phrase.
  package let seen: String
  /// What the clients sent, when it failed.
  package let sent: String

  static func holds(_ seen: String) -> Finding {
    Finding(verdict: .holds, seen: seen, sent: "")
  }

  static func fails(_ level: Level, _ seen: String, sent: String) -> Finding {
    Finding(verdict: .fails(level), seen: seen, sent: sent)
  }

  static func notTried(_ reason: String) -> Finding {
    Finding(verdict: .notTried, seen: reason, sent: "")
  }
}
