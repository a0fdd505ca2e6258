import Libc

/// The address of an InfluxDB 1.x, and the name of a database there.
public struct Influx: Sendable, Equatable {
  /// A name or an address, from the URL; IPv6 without brackets.
  package let host: String
  package let port: UInt16
  /// What precedes `/write`: empty, or a path that begins with a slash and does not end with one.
  package let prefix: String
  package let database: String

  /// - Parameters:
  ///   - base: an `http://` URL without user, query and fragment; nil for anything else.
  ///   - database: the name; not checked.
  public init?(base: String, database: String) {
    guard let url = BaseURL(base) else { return nil }
    (host, port, prefix) = (url.host, url.port, url.prefix)
    self.database = database
  }

  /// Reads `INFLUXDB_BASE_URL`, which is required, and `INFLUXDB_DB` (default `calc`).
  /// - Throws: `ConfigError` for a value that is missing or not allowed.
  public init(_ environment: [String: String]) throws(ConfigError) {
    let database = environment[Self.databaseVariable] ?? "calc"
    if database.isEmpty || database.utf8.contains(where: { $0 < 0x20 }) {
      throw ConfigError(
        variable: Self.databaseVariable, value: database, allowed: "a name that is not empty")
    }
    let base = environment[Self.baseVariable]
    if let base, base.utf8.count > 8, base.prefix(8).lowercased() == "https://" {
      throw ConfigError(
        variable: Self.baseVariable, value: base,
        allowed: "an http:// URL; for https put a TLS proxy in front")
    }
    guard let base, let influx = Influx(base: base, database: database) else {
      throw ConfigError(
        variable: Self.baseVariable, value: base, allowed: "a URL such as http://influxdb:8086")
    }
    self = influx
  }

  /// Reads the environment of this process. Ends the process with one line and exit status 78
  /// (`EX_CONFIG`) when a value is missing or not allowed.
  public static func fromEnvironment() -> Influx {
    var environment: [String: String] = [:]
    for variable in [baseVariable, databaseVariable] {
      if let value = getenv(variable) { environment[variable] = String(cString: value) }
    }
    do {
      return try Influx(environment)
    } catch {
      ExitCode.config.exit("\(error)")
    }
  }

  private static let baseVariable = "INFLUXDB_BASE_URL"
  private static let databaseVariable = "INFLUXDB_DB"

  /// Host and port as in a URL: an IPv6 address stands in brackets.
  package var authority: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

/// The parts of an `http://` URL (RFC 3986 section 3).
private struct BaseURL {
  var host: String
  var port: UInt16 = 80
  var prefix: String

  init?(_ text: String) {
    let scheme = "http://"
    guard text.prefix(scheme.count).lowercased() == scheme else { return nil }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" }
    prefix = String(rest.dropFirst(authority.count))
    while prefix.hasSuffix("/") { prefix.removeLast() }
    guard prefix.utf8.allSatisfy({ Self.pathCharacters.contains($0) }) else { return nil }
    var digits: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = String(authority[authority.index(after: authority.startIndex)..<end])
      guard SocketAddress(host: host, port: 0) != nil, host.contains(":") else { return nil }
      let port = authority[authority.index(after: end)...]
      guard port.isEmpty || port.hasPrefix(":") else { return nil }
      digits = port.isEmpty ? nil : port.dropFirst()
    } else {
      let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = String(parts[0])
      guard !host.isEmpty, host.utf8.allSatisfy({ Self.nameCharacters.contains($0) }) else {
        return nil
      }
      digits = parts.count == 2 ? parts[1] : nil
    }
    guard let digits else { return }
    guard (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
      number > 0
    else { return nil }
    port = number
  }

  private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8
  private static let nameCharacters = Set(letters + Array("-._".utf8))
  private static let pathCharacters = Set(letters + Array("-._~/%!$&'()*+,;=:@".utf8))
}
