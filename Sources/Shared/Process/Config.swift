import Libc

/// The configuration of a service, from environment variables. Made from a dictionary, so that a
/// test needs no process.
public struct Config: Sendable {
  /// Where to listen, an IP address or a host name (`LISTEN_HOST`); nil: all addresses.
  public var host: String?
  /// Where to listen (`LISTEN_PORT`); 0 lets the kernel choose.
  public var port: UInt16 = 4000
  /// How long the process sleeps before it listens (`WARMUP_SECONDS`). Stands in for the start-up
  /// time of a real service.
  public var warmup: Duration = .zero
  /// Event loops, with a thread each (`LOOPS`); nil: as many as the process may use processors.
  public var loops: Int?
  /// How long a connection may be idle (`IDLE_TIMEOUT_SECONDS`); nil: the server's default. Behind
  /// a balancer that keeps connections for 600 s it has to be longer than that.
  public var idleTimeout: Duration?
  /// Tells pods apart in logs (`POD_NAME`); by default the host's name.
  public var podName: String
  /// The least important lines that are logged (`LOG_LEVEL`).
  public var logLevel = LogLevel.info

  /// The defaults.
  public init() { podName = Self.hostName }

  /// Reads the variables above, and ignores others.
  /// - Throws: `ConfigError` for the first value that is not allowed. An empty value is a value.
  public init(_ environment: [String: String]) throws(ConfigError) {
    self.init()
    host = try Variable.host.value(in: environment) { $0.isHost ? $0 : nil }
    port = try Variable.port.value(in: environment, Self.port) ?? port
    warmup = try Variable.warmup.value(in: environment, Self.seconds) ?? warmup
    loops = try Variable.loops.value(in: environment, Self.loops)
    idleTimeout = try Variable.idleTimeout.value(in: environment) {
      Self.seconds($0).flatMap { $0 > .zero ? $0 : nil }
    }
    podName = try Variable.podName.value(in: environment) { $0.isName ? $0 : nil } ?? podName
    logLevel = try Variable.logLevel.value(in: environment, LogLevel.init) ?? logLevel
  }

  /// Reads the environment of this process. Ends the process with one line and exit status 78
  /// (`EX_CONFIG`) when a value is not allowed.
  public static func fromEnvironment() -> Config {
    var environment: [String: String] = [:]
    for variable in Variable.allCases {
      if let value = getenv(variable.rawValue) {
        environment[variable.rawValue] = String(cString: value)
      }
    }
    do {
      return try Config(environment)
    } catch {
      ExitCode.config.exit("\(error)")
    }
  }

  /// Digits only: `UInt16("+5")` is a number, too.
  private static func port(_ text: String) -> UInt16? { text.isDigits ? UInt16(text) : nil }

  private static func loops(_ text: String) -> Int? {
    text.isDigits ? Int(text).flatMap { (1...1024).contains($0) ? $0 : nil } : nil
  }

  /// Seconds with up to three decimals, at most an hour.
  private static func seconds(_ text: String) -> Duration? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard parts[0].isDigits, parts[0].utf8.count <= 4, let whole = Int(parts[0]) else { return nil }
    var milliseconds = whole * 1000
    if parts.count == 2 {
      guard parts[1].isDigits, parts[1].utf8.count <= 3,
        let thousandths = Int((parts[1] + "00").prefix(3))
      else { return nil }
      milliseconds += thousandths
    }
    return milliseconds <= 3_600_000 ? .milliseconds(milliseconds) : nil
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    let result = gethostname(&name, name.count - 1)
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return result == 0 && !text.isEmpty ? text : "localhost"
  }
}

/// A setting that is not allowed; the description is one line for an operator.
public struct ConfigError: Error, Equatable, CustomStringConvertible {
  /// The name of the variable.
  public let variable: String
  /// Its value; nil when a variable is missing that has no default.
  public let value: String?
  /// The values that are allowed, in words.
  public let allowed: String

  /// One line: the variable, its value, and what is allowed.
  public var description: String {
    value.map { "\(variable) is \"\($0)\"; allowed is \(allowed)" }
      ?? "\(variable) is not set; it needs \(allowed)"
  }
}

private enum Variable: String, CaseIterable {
  case host = "LISTEN_HOST"
  /// Not `CALC_PORT`: Kubernetes sets that to `tcp://…` in every pod beside a Service called
  /// `calc`.
  case port = "LISTEN_PORT"
  case warmup = "WARMUP_SECONDS"
  case loops = "LOOPS"
  case idleTimeout = "IDLE_TIMEOUT_SECONDS"
  case podName = "POD_NAME"
  case logLevel = "LOG_LEVEL"

  private var allowed: String {
    switch self {
    case .host: "an IP address or a host name"
    case .port: "a port from 0 to 65535"
    case .warmup: "seconds from 0 to 3600, with up to three decimals"
    case .loops: "a number from 1 to 1024"
    case .idleTimeout: "seconds from 0.001 to 3600, with up to three decimals"
    case .podName: "a name without control characters and backslashes"
    case .logLevel: LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
    }
  }

  func value<Value>(in environment: [String: String], _ read: (String) -> Value?)
    throws(ConfigError) -> Value?
  {
    guard let text = environment[rawValue] else { return nil }
    guard let value = read(text) else {
      throw ConfigError(variable: rawValue, value: text, allowed: allowed)
    }
    return value
  }
}

extension String {
  fileprivate var isDigits: Bool {
    !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// A tag of InfluxDB can hold this, and backslashes in some places.
  fileprivate var isName: Bool {
    !isEmpty && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
  }

  /// The form of a host's name or an address; names are resolved when the socket is bound.
  fileprivate var isHost: Bool {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._".utf8
    return SocketAddress(host: self, port: 0) != nil
      || !isEmpty && utf8.allSatisfy(letters.contains)
  }
}
