import Comparison
import Picture
import Shared

extension Options {
  /// - Parameters:
  ///   - words: without the name of the program.
  ///   - executables: the folder of the steps' executables unless one is given: that of the harness
  ///     itself.
  /// - Throws: `CommandError` (64) with one line that says what is wrong and what is allowed.
  static func parse(_ words: [String], executables: String) throws(CommandError) -> Options {
    if isOwn(words) { return try parseOwn(words) }
    let names = Set(syntax.options.map(\.name))
    if let option = ownSyntax.options.first(where: { option in
      !names.contains(option.name) && words.contains { $0.hasPrefix("\(option.name)=") }
    }) {
      throw .usage(
        "\(option.name)= goes with deployment=, the manifest of a service of your own")
    }
    var options = Options(executables: executables)
    try syntax.parse(words, into: &options)
    return options
  }

  /// What a rehearsal takes.
  static let syntax = CommandSyntax<Options>(
    "rehearse", "the talk on one machine, its rows side by side",
    options: Option.rows("side by side", to: \.choice) + load + pods + proxies + databases
      + screen + folders + output
  ) { options throws(CommandError) in
    options.rows = try options.choice.rows()
    try options.requireSense()
  }

  func requireSense() throws(CommandError) {
    if influx != nil || influxFault != nil, rows.allSatisfy({ $0.logging == nil }) {
      let names = Row.all.filter { $0.logging != nil }.map(\.name).joined(separator: " ")
      throw .usage(
        "\(influx != nil ? "influx" : "influx-fault")= goes with rows that log operations: \(names)"
      )
    }
    if influxFault != nil, !phases.contains(.deploy) {
      throw .usage("influx-fault= is played during the phase deploy, which phases= leaves out")
    }
    if phases.contains(.scaleDown), !phases.contains(.scaleUp) {
      throw .usage("phases=: scale-down takes away what scale-up adds, and phases= leaves that out")
    }
    guard balancerLag == nil || balancer == .endpoints else {
      throw .usage("balancer-lag= goes with balancer=endpoints; the Service's has the proxies' lag")
    }
    // Each pair of a door and a kind needs a client, or a claim about it would hold without one.
    let groups = doors.count * kinds.count
    guard clients >= groups else {
      let each = "one for each door (\(doors.count)) and kind (\(kinds.count))"
      throw .usage("clients=\(clients): at least \(groups) are needed, \(each)")
    }
  }

  static let pods: [Option<Options>] = [
    .number(
      "replicas", "13", "pods of each Deployment (default the manifest's)", 1...200,
      to: \.replicas),
    .duration("start", "1s", "from a pod's creation to its process's start", to: \.start),
    .duration("gone", "0.2s", "from a deleted pod's exit to its address's end", to: \.gone),
    .duration(
      "hang", "3s", "until a connection to a gone address ends (default as on a node)", to: \.hang),
    .number(
      "prestop", "5", "seconds of the preStop sleep (default the manifest's)", 0...3600,
      to: \.preStop),
    .number(
      "grace", "30", "seconds of the grace period (default the manifest's)", 0...3600, to: \.grace),
    Option(
      "kubernetes", "1.33", "the version modelled (default \(KubernetesVersion.newest.text))",
      allowed: "1.\(KubernetesVersion.modelled.lowerBound) to \(KubernetesVersion.newest.text)",
      read: { KubernetesVersion($0) }, to: \.kubernetes),
    .flag("ports", "one address, a port per pod (default an address per pod)", to: \.sharesAddress),
  ]

  static let proxies: [Option<Options>] = [
    .duration("lag", "2s", "until proxies hear of a change (default 0.1s + up to 1s)", to: \.lag),
    .duration("jitter", "50ms", "random addition to lag, up to this", to: \.jitter),
    Option(
      "balancer", "service", "what the balancer knows: service or endpoints (default service)",
      allowed: Balancer.allCases.map(\.rawValue).joined(separator: " or "),
      read: { Balancer(rawValue: $0) }, to: \.balancer),
    .duration(
      "balancer-lag", "0.5s", "until balancer=endpoints hears of a change (as the proxies)",
      to: \.balancerLag),
  ]

  static let load: [Option<Options>] = [
    .number("clients", "40", "clients of each Deployment (default 40)", 1...10_000, to: \.clients),
    Option(
      "keep", "100", "requests of a kept connection, 0 for no limit (default 100)",
      allowed: "a whole number, 0 to 1000000"
    ) { options, text in
      guard let requests = OptionValue.number(0...1_000_000)(text) else { return false }
      options.keep = requests == 0 ? nil : requests
      return true
    },
    Option(
      "phases", "\"steady deploy\"", "of \(names(Phase.self)) (default all)",
      allowed: "a list of \(names(Phase.self))"
    ) { options, text in
      guard let phases = OptionValue.list({ Phase(rawValue: $0) })(text) else { return false }
      options.phases = phases.sorted()
      return true
    },
    Option(
      "door", "tcp", "how clients come in: tcp or http (default both)", allowed: "tcp or http",
      read: OptionValue.list { word in Door.rehearsed.first { $0.rawValue == word } }, to: \.doors),
    Option(
      "kind", "fresh", "connections of clients: fresh or keepalive (default both)",
      allowed: "fresh or keepalive", read: OptionValue.list { ClientKind(rawValue: $0) },
      to: \.kinds),
    Option(
      "seed", "7", "of all that is random (default a new one each time)",
      allowed: "a whole number, 0 or above", read: { OptionValue.digits($0) as UInt64? }, to: \.seed
    ),
  ]

  private static let databases: [Option<Options>] = [
    Option(
      "influx", "http://localhost:8086", "a real InfluxDB (default a stand-in in the harness)",
      allowed: "an http:// URL; for https put a TLS proxy in front",
      read: { Influx(base: $0, database: "") }, to: \.influx),
    Option(
      "influx-fault", "down:10s",
      "what InfluxDB does during the rollout: down:10s 503 slow:5s reset",
      allowed: InfluxFault.allowed, read: { InfluxFault($0) }, to: \.influxFault),
  ]

  static let screen: [Option<Options>] = [
    .flag("plain", "plain lines, no redrawn screen", to: \.isPlain)
  ]

  static let output: [Option<Options>] = [
    .folder("results", "results", "for the JSON (default results/rehearsal)", to: \.results),
    .folder("logs", "logs", "for what each pod writes (default nowhere)", to: \.logs),
    Option(
      "junit", "results/junit.xml", "file for the verdicts as JUnit XML (default none)",
      allowed: "a file", read: OptionValue.text, to: \.junit),
    .page(usual: PageServer.port, to: \.page),
  ]

  private static let folders: [Option<Options>] = [
    .folder("manifests", "k8s", "of v1/deployment.yaml … (default k8s)", to: \.manifests),
    .folder(
      "executables", ".build/debug", "of CalcV1 … (default the harness's)", to: \.executables),
  ]

  private static func names<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> String
  {
    Value.allCases.map(\.rawValue).joined(separator: " ")
  }
}

extension Option<Options> {
  private static let durations = "a number with s or ms, such as 2s, 0.2s or 50ms, up to 600s"

  fileprivate static func duration(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<Options, Duration> & Sendable
  ) -> Option {
    let shown = "\(purpose) (default \(example))"
    return Option(name, example, shown, allowed: durations, read: { Duration($0) }, to: path)
  }

  fileprivate static func duration(
    _ name: String, _ example: String, _ purpose: String,
    to path: WritableKeyPath<Options, Duration?> & Sendable
  ) -> Option {
    Option(name, example, purpose, allowed: durations, read: { Duration($0) }, to: path)
  }
}
