/// Whether a row showed what the talk says about it.
package struct Verdict: Codable, Equatable, Sendable {
  package struct Finding: Codable, Equatable, Sendable {
    package var claim: String
    /// Nil when it could not be checked.
    package var holds: Bool?
    /// What was seen, or why it was not checked.
    package var seen: String
  }

  /// No claim fails, and the harness can be believed.
  package var holds: Bool
  /// `holds`, `FAILS`, `not judged` (nothing that was run is claimed about), or `no verdict` (the
  /// machine or the harness failed).
  package var word: String
  package var findings: [Finding]
  /// What to change, from what was seen; nil for a row, whose failures are meant.
  package var advice: [String]?

  private enum CodingKeys: String, CodingKey {
    case holds, word, advice
    case findings = "claims"
  }

  package init(holds: Bool, word: String, findings: [Finding], advice: [String]? = nil) {
    self.advice = advice
    self.holds = holds
    self.word = word
    self.findings = findings
  }
}
