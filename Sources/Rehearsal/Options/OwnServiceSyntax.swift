import Comparison
import Shared

extension Options {
  /// Whether a service of one's own is to be rehearsed.
  static func isOwn(_ words: [String]) -> Bool { words.contains { $0.hasPrefix("deployment=") } }

  /// - Parameter words: without the name of the program.
  /// - Throws: `CommandError` (64) with one line that says what is wrong and what is allowed.
  static func parseOwn(_ words: [String]) throws(CommandError) -> Options {
    var options = Options(executables: "")
    options.own = OwnService()
    try ownSyntax.parse(words, into: &options)
    return options
  }

  /// What the rehearsal of one's own Deployment takes.
  static let ownSyntax = CommandSyntax<Options>(
    "rehearse deployment=FILE", "the rolling deploy of a Deployment of your own under load",
    options: own + load + pods + proxies + screen + output
  ) { options throws(CommandError) in
    guard let own = options.own, !own.deployment.isEmpty else {
      throw .usage(
        "deployment= is missing: the manifest of the Deployment, or - for standard input")
    }
    guard let port = own.listening.port else {
      throw .usage(
        "listen= is missing: the variables that tell the service where to listen, as in "
          + "listen=HOST,PORT; listen=PORT for one that takes no address")
    }
    guard own.listening.host != port else {
      throw .usage("listen=\(port),\(port): address and port need a variable each")
    }
    options.rows = []
    try options.requireSense()
    if let trial = own.trial { try options.requireSense(of: trial) }
  }

  private func requireSense(of trial: OwnService.Trial) throws(CommandError) {
    guard (trial.setting == .prestop ? preStop : grace) == nil else {
      throw .usage("try= and \(trial.setting.rawValue)= contradict each other; give one of them")
    }
    // The page would stay after the first run, and each run would write over the last one's file.
    guard page == nil, junit == nil else {
      throw .usage("try= is many runs: \(page == nil ? "junit" : "page")= goes without it")
    }
    guard phases.contains(.deploy) || phases.contains(.scaleDown) else {
      throw .usage(
        "try= needs a phase that deletes pods, deploy or scale-down, which phases= leaves out")
    }
  }

  private static let own: [Option<Options>] = [
    Option(
      "deployment", "web.yaml", "its manifest, YAML or JSON; - for standard input",
      allowed: "a file, or - for standard input"
    ) { set(&$0, OptionValue.text($1), to: \.deployment) },
    Option(
      "run", "'node server.js'", "command instead of the manifest's; no shell is involved",
      allowed: "a command, quotes as in a shell"
    ) { set(&$0, CommandWords.split($1), to: \.run) },
    Option(
      "listen", "HOST,PORT", "variables that tell a pod its address and port",
      allowed: "one or two names of variables: HOST,PORT or PORT"
    ) { set(&$0, listening($1), to: \.listening) },
    Option(
      "request", "'POST /orders {\"n\":1}'", "what each client sends (default GET /)",
      allowed: "a method, a path and perhaps a body, as in 'POST /orders {\"n\":1}'",
      set: setRequest),
    Option(
      "headers", "'\"Accept: text/html\"'", "more fields of each request, each in quotes",
      allowed: "fields, each in quotes, as in '\"Accept: text/html\" \"X-Team: a\"'"
    ) { set(&$0, headers($1), to: \.headers) },
    Option(
      "ok", "200,201", "statuses that are accepted (default 2xx)",
      allowed: "statuses, 100 to 599, or 2xx"
    ) { set(&$0, statuses($1), to: \.accepted) },
    Option(
      "env", "'A=1 B=2'", "variables instead of the manifest's, and besides them",
      allowed: "words of the form NAME=value, quotes as in a shell"
    ) { set(&$0, environment($1), to: \.environment) },
    Option(
      "port", "8080", "the container's port (default the Service's or its first)",
      allowed: "a port, 1 to 65535"
    ) { set(&$0, OptionValue.number(1...65_535)($1), to: \.port) },
    Option("name", "web", "the Deployment, where there are several", allowed: "a name") {
      set(&$0, OptionValue.text($1), to: \.name)
    },
    Option("container", "web", "the container, where a pod has several", allowed: "a name") {
      set(&$0, OptionValue.text($1), to: \.container)
    },
    Option(
      "try", "prestop:0..10", "values of prestop or grace: the smallest that loses nothing",
      allowed: "prestop or grace with values: prestop:0..10 or prestop:0,2,5"
    ) { set(&$0, trial($1), to: \.trial) },
  ]

  /// Sets a value that is not nil.
  private static func set<Value>(
    _ options: inout Options, _ value: Value?, to path: WritableKeyPath<OwnService, Value>
  ) -> Bool {
    guard let value else { return false }
    options.own?[keyPath: path] = value
    return true
  }

  private static func set<Value>(
    _ options: inout Options, _ value: Value?, to path: WritableKeyPath<OwnService, Value?>
  ) -> Bool {
    guard let value else { return false }
    options.own?[keyPath: path] = value
    return true
  }

  private static func listening(_ text: String) -> PodCommand.Listening? {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(names.count), names.allSatisfy(isVariable) else { return nil }
    return .init(host: names.count == 2 ? names[0] : nil, port: names.last)
  }

  private static func isVariable(_ name: String) -> Bool {
    name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]*/) != nil
  }

  @Sendable private static func setRequest(_ options: inout Options, _ text: String) -> Bool {
    guard let parts = text.wholeMatch(of: /([A-Z]+) (\/[\x21-\x7E]*|\*)(?: ((?s:.*)))?/) else {
      return false
    }
    options.own?.method = String(parts.1)
    options.own?.target = String(parts.2)
    options.own?.body = parts.3.map(String.init) ?? ""
    return true
  }

  private static func headers(_ text: String) -> [HTTPGet.Header]? {
    guard let words = CommandWords.split(text) else { return nil }
    var headers: [HTTPGet.Header] = []
    for word in words {
      guard let parts = word.wholeMatch(of: /([A-Za-z0-9!#$%&'*+.^_`|~-]+): *([\x20-\x7E]*)/) else {
        return nil
      }
      headers.append(.init(name: String(parts.1), value: String(parts.2)))
    }
    return headers
  }

  private static func statuses(_ text: String) -> AcceptedStatuses? {
    if text == "2xx" { return AcceptedStatuses() }
    return OptionValue.list(OptionValue.number(100...599))(text).map { AcceptedStatuses($0) }
  }

  private static func environment(_ text: String) -> [String: String]? {
    guard let words = CommandWords.split(text) else { return nil }
    var variables: [String: String] = [:]
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return nil }
      let name = String(word[..<equals])
      guard isVariable(name), variables[name] == nil else { return nil }
      variables[name] = String(word[word.index(after: equals)...])
    }
    return variables
  }

  private static func trial(_ text: String) -> OwnService.Trial? {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let setting = OwnService.Trial.Setting(rawValue: parts[0]) else {
      return nil
    }
    let number = OptionValue.number(0...3600)
    if let range = parts[1].wholeMatch(of: /([0-9]+)\.\.([0-9]+)/) {
      guard let first = number(String(range.1)), let last = number(String(range.2)), first <= last
      else { return nil }
      return .init(setting: setting, values: Array(first...last))
    }
    return OptionValue.list(number)(parts[1]).map { .init(setting: setting, values: $0.sorted()) }
  }
}
