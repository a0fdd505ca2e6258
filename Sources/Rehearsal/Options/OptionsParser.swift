import Comparison
import Shared

extension Options {
  /// Reads a command line of `key=value` words.
  /// - Parameters:
  ///   - words: without the name of the program.
  ///   - executables: the folder of the steps' executables unless one is given: that of the harness
  ///     itself.
  /// - Throws: `Refusal` (64) with one line that says what is wrong and what is allowed.
  static func parse(_ words: [String], executables: String) throws(Refusal) -> Options {
    var options = Options(executables: executables)
    var seen: Set<String> = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2 else {
        throw .usage("'\(word)' is not of the form option=value; help=1 lists the options")
      }
      guard let option = Option.all.first(where: { $0.name == parts[0] }) else {
        throw .usage(
          "unknown option '\(parts[0])'; allowed: \(Option.all.map(\.name).joined(separator: " "))")
      }
      guard seen.insert(option.name).inserted else {
        throw .usage("\(option.name)= is given twice")
      }
      guard option.set(&options, parts[1]) else {
        throw .usage("\(word): \(option.name)= takes \(option.allowed)")
      }
    }
    guard !seen.isSuperset(of: ["v", "rows"]) else {
      throw .usage("v= and rows= contradict each other; give one of them")
    }
    if options.isGraceful {
      guard !seen.isDisjoint(with: ["v", "rows"]) else {
        throw .usage("graceful=1 goes with v=6 or v=7; row 6g and 7g are run without it, too")
      }
      options.rows = try options.rows.map { row throws(Refusal) in
        guard let graceful = row.graceful else {
          throw .usage("graceful=1: row \(row.name) has no such act; v=6 and v=7 have")
        }
        return graceful
      }
    }
    if options.influxFault != nil, !options.phases.contains(.deploy) {
      throw .usage("influx-fault= is played during the phase deploy, which phases= leaves out")
    }
    if options.phases.contains(.scaleDown), !options.phases.contains(.scaleUp) {
      throw .usage("phases=: scale-down takes away what scale-up adds, and phases= leaves that out")
    }
    // Each pair of a door and a kind needs a client, or the row would claim something about nobody.
    let groups = options.doors.count * options.kinds.count
    guard options.clients >= groups else {
      let each = "one for each door (\(options.doors.count)) and kind (\(options.kinds.count))"
      throw .usage("clients=\(options.clients): at least \(groups) are needed, \(each)")
    }
    return options
  }

  /// The lines that `help=1` prints.
  static var help: [String] {
    let names = Option.all.map { "\($0.name)=\($0.example)" }
    let width = (names.map(\.count).max() ?? 0) + 2
    return ["Options of the rehearsal, as words of the form option=value:"]
      + zip(Option.all, names).map { "  " + $1.padded(to: width) + $0.purpose }
      + ["Durations are \(Option.duration).", "Lists are parted by spaces or commas."]
  }
}

/// One option: how it is shown, and how its value is taken.
struct Option: Sendable {
  let name: String
  /// A value, for the list of options.
  let example: String
  /// What it does, with default and unit.
  let purpose: String
  /// What its values may be, for the error.
  let allowed: String
  /// Takes the value; false when it is wrong.
  let set: @Sendable (inout Options, String) -> Bool

  static let duration = "a number with s or ms, such as 2s, 0.2s or 50ms, up to 600s"
  private static let rowNames = Row.all.map(\.name).joined(separator: " ")

  static let all: [Option] = [
    Option(
      name: "v", example: "4", purpose: "the one row to rehearse (default all)",
      allowed: "one of \(rowNames)"
    ) { options, text in
      Row.named(text).map { options.rows = [$0] } != nil
    },
    Option(
      name: "rows", example: "\"3 4\"", purpose: "the rows to rehearse side by side (default all)",
      allowed: "a list of \(rowNames)"
    ) {
      options, text in
      list(text, Row.named).map { options.rows = $0 } != nil
    },
    Option(
      name: "clients", example: "40", purpose: "clients of each row (default 40)",
      allowed: "a whole number, 1 to 10000"
    ) {
      options, text in
      number(text, 1...10_000).map { options.clients = $0 } != nil
    },
    Option(
      name: "replicas", example: "13", purpose: "pods of each row (default the manifest's)",
      allowed: "a whole number, 1 to 200"
    ) {
      options, text in
      number(text, 1...200).map { options.replicas = $0 } != nil
    },
    Option(
      name: "lag", example: "2s",
      purpose: "until proxies hear of a change (default 0.1s + up to 1s)", allowed: duration
    ) { options, text in
      Duration(text).map { options.lag = $0 } != nil
    },
    Option(
      name: "jitter", example: "50ms",
      purpose: "random addition to lag, up to this (default none with lag=)", allowed: duration
    ) {
      options, text in
      Duration(text).map { options.jitter = $0 } != nil
    },
    Option(
      name: "start", example: "1s",
      purpose: "from a pod's creation to its process's start (default 1s)", allowed: duration
    ) {
      options, text in
      Duration(text).map { options.start = $0 } != nil
    },
    Option(
      name: "gone", example: "0.2s",
      purpose: "from a deleted pod's exit to its address's end (default 0.2s)", allowed: duration
    ) {
      options, text in
      Duration(text).map { options.gone = $0 } != nil
    },
    Option(
      name: "hang", example: "3s",
      purpose: "how long a connection to a gone address hangs (default 3s)", allowed: duration
    ) {
      options, text in
      Duration(text).map { options.hang = $0 } != nil
    },
    Option(
      name: "phases", example: "\"steady deploy\"",
      purpose: "of \(names(Phase.self)) (default all)",
      allowed: "a list of \(names(Phase.self))"
    ) { options, text in
      list(text, { Phase(rawValue: String($0)) }).map { options.phases = $0.sorted() } != nil
    },
    Option(
      name: "door", example: "tcp", purpose: "how clients come in: tcp or http (default both)",
      allowed: "tcp or http"
    ) {
      options, text in
      list(text, { word in Door.rehearsed.first { $0.rawValue == word } }).map {
        options.doors = $0
      } != nil
    },
    Option(
      name: "kind", example: "fresh",
      purpose: "connections of clients: fresh or keepalive (default both)",
      allowed: "fresh or keepalive"
    ) {
      options, text in
      list(text, { Kind(rawValue: String($0)) }).map { options.kinds = $0 } != nil
    },
    Option(
      name: "seed", example: "7", purpose: "of all that is random (default a new one each time)",
      allowed: "a whole number, 0 or above"
    ) {
      options, text in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seed = UInt64(text) else {
        return false
      }
      options.seed = seed
      return true
    },
    Option(
      name: "ports", example: "1",
      purpose: "one address, a port per pod (default 0: an address per pod)", allowed: "0 or 1"
    ) {
      options, text in
      flag(text).map { options.sharesAddress = $0 } != nil
    },
    Option(
      name: "graceful", example: "1",
      purpose: "with v=6 or v=7: the act that loses nothing (default 0)", allowed: "0 or 1"
    ) {
      options, text in
      flag(text).map { options.isGraceful = $0 } != nil
    },
    Option(
      name: "influx", example: "http://localhost:8086",
      purpose: "a real InfluxDB (default a stand-in in the harness)",
      allowed: "an http:// URL; for https put a TLS proxy in front"
    ) { options, text in
      Influx(base: text, database: "").map { options.influx = $0 } != nil
    },
    Option(
      name: "influx-fault", example: "down:10s",
      purpose: "what InfluxDB does during the rollout: down:10s 503 slow:5s reset",
      allowed: InfluxFault.allowed
    ) { options, text in
      InfluxFault(text).map { options.influxFault = $0 } != nil
    },
    Option(
      name: "plain", example: "1", purpose: "plain lines, no redrawn screen (default 0)",
      allowed: "0 or 1"
    ) { options, text in
      flag(text).map { options.isPlain = $0 } != nil
    },
    Option(
      name: "manifests", example: "k8s", purpose: "folder of v1/deployment.yaml … (default k8s)",
      allowed: "a folder"
    ) {
      options, text in
      folder(text).map { options.manifests = $0 } != nil
    },
    Option(
      name: "executables", example: ".build/debug",
      purpose: "folder of CalcV1 … (default the harness's own)", allowed: "a folder"
    ) {
      options, text in
      folder(text).map { options.executables = $0 } != nil
    },
    Option(
      name: "results", example: "results",
      purpose: "folder for the JSON (default results/rehearsal)", allowed: "a folder"
    ) {
      options, text in
      folder(text).map { options.results = $0 } != nil
    },
    Option(name: "help", example: "1", purpose: "list the options (default 0)", allowed: "0 or 1") {
      options, text in
      flag(text).map { options.wantsHelp = $0 } != nil
    },
  ]

  private static func names<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> String
  {
    Value.allCases.map(\.rawValue).joined(separator: " ")
  }

  /// Nil when the list is empty, or an element is unknown or there twice.
  private static func list<Value: Equatable>(_ text: String, _ value: (Substring) -> Value?)
    -> [Value]?
  {
    var values: [Value] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      guard let next = value(word), !values.contains(next) else { return nil }
      values.append(next)
    }
    return values.isEmpty ? nil : values
  }

  private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      range.contains(number)
    else { return nil }
    return number
  }

  private static func flag(_ text: String) -> Bool? {
    text == "1" ? true : text == "0" ? false : nil
  }

  private static func folder(_ text: String) -> String? { text.isEmpty ? nil : text }
}
