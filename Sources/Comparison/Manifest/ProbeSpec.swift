/// A startup, readiness or liveness probe, with Kubernetes' defaults. All times in seconds.
package struct ProbeSpec: Equatable, Sendable {
  package enum Handler: Equatable, Sendable {
    case httpGet(HTTPGet)
    case tcpSocket(port: Int)
    /// A command within the container; without one it runs on this machine.
    case exec([String])
  }

  package var handler: Handler
  package var initialDelaySeconds = 0
  package var periodSeconds = 10
  package var timeoutSeconds = 1
  package var successThreshold = 1
  package var failureThreshold = 3
  /// Of the container that it stops, instead of the pod's grace period.
  package var terminationGracePeriodSeconds: Int?

  package init(_ handler: Handler) { self.handler = handler }

  /// A probe by `httpGet`.
  package init(
    path: String = "/", port: Int, initialDelaySeconds: Int = 0, periodSeconds: Int = 10,
    successThreshold: Int = 1
  ) {
    self.init(.httpGet(HTTPGet(path: path, port: port)))
    self.initialDelaySeconds = initialDelaySeconds
    self.periodSeconds = periodSeconds
    self.successThreshold = successThreshold
  }

  /// The port that it asks, and where the manifest says so: `httpGet.port`; nil for a command.
  package var port: (number: Int, field: String)? {
    switch handler {
    case .httpGet(let get): (get.port, "httpGet.port")
    case .tcpSocket(let port): (port, "tcpSocket.port")
    case .exec: nil
    }
  }

  /// The longest time that it takes until it has passed for the first time, or failed for good. An
  /// attempt may outlast its period.
  package var longest: Int {
    initialDelaySeconds + max(periodSeconds, timeoutSeconds)
      * max(successThreshold, failureThreshold)
  }
}

extension ProbeSpec {
  /// Which of the three probes it is.
  package enum Role: Equatable, Sendable { case startup, readiness, liveness }

  /// - Parameter ports: numbers of the container's ports by name.
  init(_ fields: ManifestFields, ports: [String: Int], role: Role) throws(CommandError) {
    var fields = fields
    self.init(try Self.handler(&fields, ports: ports))
    initialDelaySeconds =
      try fields.integer("initialDelaySeconds", in: 0...(.max32)) ?? initialDelaySeconds
    periodSeconds = try fields.integer("periodSeconds", in: 1...(.max32)) ?? periodSeconds
    timeoutSeconds = try fields.integer("timeoutSeconds", in: 1...(.max32)) ?? timeoutSeconds
    successThreshold = try fields.integer("successThreshold", in: 1...(.max32)) ?? successThreshold
    failureThreshold = try fields.integer("failureThreshold", in: 1...(.max32)) ?? failureThreshold
    if role != .readiness {
      terminationGracePeriodSeconds =
        try fields.integer("terminationGracePeriodSeconds", in: 1...(.max32))
      guard successThreshold == 1 else {
        throw fields.refusal(
          "successThreshold",
          "is \(successThreshold), but must be 1 for a \(role) probe")
      }
    }
    try fields.refuseRest()
  }

  private static let numbers = [
    "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold",
    "failureThreshold", "terminationGracePeriodSeconds",
  ]

  private static func handler(_ fields: inout ManifestFields, ports: [String: Int])
    throws(CommandError) -> Handler
  {
    if let get = try fields.fields("httpGet") { return .httpGet(try HTTPGet(get, ports: ports)) }
    if var socket = try fields.fields("tcpSocket") {
      let port = try socket.port(among: ports)
      try socket.refuseRest()
      return .tcpSocket(port: port)
    }
    if var exec = try fields.fields("exec") {
      let command = try exec.strings("command")
      guard !command.isEmpty else { throw exec.refusal("command", "is missing") }
      try exec.refuseRest()
      fields.source.note("\(fields.path).exec runs on this machine, not in a container")
      return .exec(command)
    }
    // A probe of another type is named for what it is before it is said that none is there.
    try fields.refuseUnknown(besides: numbers)
    throw .data(
      "\(fields.file):\(fields.line): \(fields.path) has no httpGet, tcpSocket or exec, "
        + "the types of probes that the rehearsal models")
  }
}
