/// Whether the harness and the machine can be believed.
package struct HarnessReport: Codable, Equatable, Sendable {
  /// Requests that failed for want of ports, descriptors or the like on the harness's side.
  package var ownFailures = 0
  /// The share of all processors that was busy, 0 to 1.
  package var cpu = 0.0
  /// How long the row took, in seconds.
  package var wall = 0.0
  /// False when the machine was too slow to say anything about the step.
  package var isTrustworthy = true
  /// Why not, one line each.
  package var reasons: [String] = []

  /// No failure of its own, on a machine that kept up.
  package var isSound: Bool { isTrustworthy && ownFailures == 0 }

  private enum CodingKeys: String, CodingKey {
    case cpu, reasons
    case isTrustworthy = "believed"
    case ownFailures = "own_failures"
    case wall = "wall_s"
  }
}
