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

  private enum CodingKeys: String, CodingKey {
    case holds, word
    case findings = "claims"
  }

  package init(holds: Bool, word: String, findings: [Finding]) {
    self.holds = holds
    self.word = word
    self.findings = findings
  }
}
