/// The life of one pod. Instants are seconds since the row's start, and nil when they did not come.
package struct PodTimeline: Codable, Equatable, Sendable {
  package var name: String
  package var address: String
  /// The phase in which it was created and deleted; nil for before the first, and for not at all.
  package var createdIn: Phase?
  package var deletedIn: Phase?

  package var created: Double?
  package var started: Double?
  /// When a connection to it succeeded first, or its log said that it listens.
  package var listening: Double?
  package var ready: Double?
  package var inEndpoints: Double?
  package var deletion: Double?
  package var preStop: Double?
  package var sigterm: Double?
  package var outOfEndpoints: Double?
  /// When the last request came in.
  package var lastRequest: Double?
  package var exit: Double?

  /// The exit code, or 128 + the number of the signal.
  package var code: Int?
  package var restarts = 0
  /// Whether a connection to it still succeeded when its SIGKILL was due; nil when none came.
  package var stillListening: Bool?

  /// What the pod's own log said at its end; nil when it said nothing.
  package var cut: Int?
  package var finished: Int?
  package var late: Int?

  /// Operations that it answered and that are nowhere; nil where that is not known.
  package var lost: Int?

  package init(name: String, address: String) {
    self.name = name
    self.address = address
  }

  /// Seconds from the deletion to the exit.
  package var stopping: Double? {
    guard let deletion, let exit else { return nil }
    return exit - deletion
  }

  private enum CodingKeys: String, CodingKey {
    case name, address, created, started, listening, ready, deletion, sigterm, exit, code, restarts,
      cut,
      finished, late, lost
    case createdIn = "created_in"
    case deletedIn = "deleted_in"
    case inEndpoints = "in_endpoints"
    case preStop = "pre_stop"
    case outOfEndpoints = "out_of_endpoints"
    case lastRequest = "last_request"
    case stillListening = "still_listening"
  }
}
