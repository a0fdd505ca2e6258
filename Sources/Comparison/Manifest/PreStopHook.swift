/// What the kubelet does before SIGTERM, within the grace period (`lifecycle.preStop`).
package enum PreStopHook: Equatable, Sendable {
  /// Seconds, at most the grace period.
  case sleep(Int)
  /// Seconds of a command that only waits. Kubernetes accepts any number of them, and ends the
  /// command with the grace period.
  case exec(sleep: Int)
  /// A request to the pod; SIGTERM follows its answer.
  case httpGet(HTTPGet)

  /// - Parameters:
  ///   - container: whose `lifecycle` is read; nil when it has no such hook.
  ///   - grace: which a sleep may not exceed.
  static func read(
    _ container: inout ManifestFields, grace: Int, ports: [String: Int]
  ) throws(CommandError) -> PreStopHook? {
    guard var lifecycle = try container.fields("lifecycle") else { return nil }
    var found: PreStopHook?
    if var hook = try lifecycle.fields("preStop") {
      if var sleep = try hook.fields("sleep") {
        guard let seconds = try sleep.integer("seconds", in: 0...(.max32)) else {
          throw sleep.refusal("seconds", "is missing")
        }
        // Kubernetes' own rule: a hook that outlives the grace would only be killed.
        guard seconds <= grace else {
          throw sleep.refusal(
            "seconds",
            "is \(seconds), but must not be above terminationGracePeriodSeconds (\(grace))")
        }
        try sleep.refuseRest()
        found = .sleep(seconds)
      } else if let get = try hook.fields("httpGet") {
        found = .httpGet(try HTTPGet(get, ports: ports))
      } else if let exec = try hook.fields("exec") {
        found = try command(exec)
      }
      try hook.refuseRest()
      guard found != nil else {
        throw .data("\(hook.file):\(hook.line): \(hook.path).sleep is missing")
      }
    }
    if let signal = try lifecycle.string("stopSignal"), signal != "SIGTERM" {
      throw lifecycle.refusal("stopSignal", "\(signal) is not modelled by the rehearsal")
    }
    try lifecycle.refuseRest()
    return found
  }

  /// A command that only waits: `sleep 5`, by itself or by a shell.
  private static func command(_ exec: ManifestFields) throws(CommandError) -> PreStopHook {
    var exec = exec
    let command = try exec.strings("command")
    try exec.refuseRest()
    var words = command
    if words.count == 3, words[1] == "-c", ["sh", "bash", "ash"].contains(fileName(words[0])) {
      words = words[2].split(separator: " ").map(String.init)
      if words.first == "exec" { words.removeFirst() }
    }
    guard words.count == 2, fileName(words[0]) == "sleep",
      let seconds = Int(words[1].hasSuffix("s") ? String(words[1].dropLast()) : words[1]),
      seconds >= 0
    else {
      throw exec.refusal(
        "command", "'\(command.joined(separator: " "))' is not modelled by the rehearsal; sleep is")
    }
    return .exec(sleep: seconds)
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
