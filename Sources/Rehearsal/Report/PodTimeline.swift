/// The life of one pod. Instants are seconds since the row's start, and nil when they did not come.
struct PodTimeline: Codable, Equatable, Sendable {
  var name: String
  var address: String
  /// The phase in which it was created and deleted; nil for before the first, and for not at all.
  var createdIn: Phase?
  var deletedIn: Phase?

  var created: Double?
  var started: Double?
  var ready: Double?
  var inEndpoints: Double?
  var deletion: Double?
  var preStop: Double?
  var sigterm: Double?
  var outOfEndpoints: Double?
  /// When the last request came in.
  var lastRequest: Double?
  var exit: Double?

  /// The exit code, or 128 + the number of the signal.
  var code: Int?
  var restarts = 0

  /// What the pod's own log said at its end; nil when it said nothing.
  var cut: Int?
  var finished: Int?
  var late: Int?

  init(name: String, address: String) {
    self.name = name
    self.address = address
  }

  /// Seconds from the deletion to the exit.
  var stopping: Double? {
    guard let deletion, let exit else { return nil }
    return exit - deletion
  }

  private enum CodingKeys: String, CodingKey {
    case name, address, created, started, ready, deletion, sigterm, exit, code, restarts, cut,
      finished, late
    case createdIn = "created_in"
    case deletedIn = "deleted_in"
    case inEndpoints = "in_endpoints"
    case preStop = "pre_stop"
    case outOfEndpoints = "out_of_endpoints"
    case lastRequest = "last_request"
  }
}
