/// A readiness or liveness probe by `httpGet`, with Kubernetes' defaults. All times in seconds.
package struct ProbeSpec: Equatable, Sendable {
  package var path = "/"
  package var port: Int
  package var initialDelaySeconds = 0
  package var periodSeconds = 10
  package var timeoutSeconds = 1
  package var successThreshold = 1
  package var failureThreshold = 3
}

extension ProbeSpec {
  /// - Parameter ports: numbers of the container's ports by name.
  package init(_ fields: ManifestFields, ports: [String: Int], isLiveness: Bool)
    throws(CommandError)
  {
    var fields = fields
    guard var get = try fields.fields("httpGet") else {
      // A probe of another type is named for what it is before it is said that this one is missing.
      try fields.refuseUnknown(besides: Self.numbers)
      throw .data(
        "\(fields.file):\(fields.line): \(fields.path).httpGet is missing, the only type of "
          + "probe that the rehearsal models"
      )
    }
    port = try Self.port(&get, ports: ports)
    if let text = try get.string("path") { path = text.hasPrefix("/") ? text : "/" + text }
    if let scheme = try get.string("scheme"), scheme != "HTTP" {
      throw get.refusal("scheme", "'\(scheme)' is not modelled by the rehearsal; HTTP is")
    }
    try get.refuseRest()
    initialDelaySeconds =
      try fields.integer("initialDelaySeconds", in: 0...(.max32)) ?? initialDelaySeconds
    periodSeconds = try fields.integer("periodSeconds", in: 1...(.max32)) ?? periodSeconds
    timeoutSeconds = try fields.integer("timeoutSeconds", in: 1...(.max32)) ?? timeoutSeconds
    successThreshold = try fields.integer("successThreshold", in: 1...(.max32)) ?? successThreshold
    failureThreshold = try fields.integer("failureThreshold", in: 1...(.max32)) ?? failureThreshold
    if isLiveness, successThreshold != 1 {
      throw fields.refusal(
        "successThreshold", "is \(successThreshold), but must be 1 for a liveness probe")
    }
    try fields.refuseRest()
  }

  private static let numbers = [
    "initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold",
    "failureThreshold",
  ]

  private static func port(_ get: inout ManifestFields, ports: [String: Int]) throws(CommandError)
    -> Int
  {
    guard let node = get.take("port") else {
      throw .data("\(get.file):\(get.line): \(get.path).port is missing")
    }
    if node.type == .number, let number = try get.integer("port", in: 1...65535) { return number }
    guard let name = try get.string("port") else {
      throw get.refusal("port", "must be a port's number or name")
    }
    guard let number = ports[name] else {
      throw get.refusal("port", "names '\(name)', but no port of the container has this name")
    }
    return number
  }
}
