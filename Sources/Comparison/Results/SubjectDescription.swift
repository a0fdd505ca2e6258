/// A service that is no row of the talk: what was run, and what clients sent.
package struct SubjectDescription: Codable, Equatable, Sendable {
  /// The Deployment's.
  package var name: String
  /// `node server.js`.
  package var command: String
  /// `POST /orders`.
  package var request: String
  /// The statuses that clients were content with: `200,201`.
  package var accepted: String
  /// Which of startup, readiness and liveness its pods have.
  package var probes: [String]

  package init(
    name: String, command: String, request: String, accepted: String, probes: [String]
  ) {
    (self.name, self.command, self.request) = (name, command, request)
    (self.accepted, self.probes) = (accepted, probes)
  }
}

extension RowResult {
  /// How lines for people name it: `row 4`, `Deployment web`.
  package var label: String { subject.map { "Deployment \($0.name)" } ?? "row \(row)" }
}
