import Comparison
import Shared

/// Starts the server and waits until it serves, or says in one line why it does not.
package struct Startup {
  private let options: CheckOptions
  private let launcher: any ServerLauncher
  /// How long a server may take until it listens and answers.
  static let limit = Duration.seconds(30)
  /// How long it may listen at other ports only: a debugger's is there before the server's.
  private static let elsewhere = Duration.seconds(10)

  package init(_ options: CheckOptions, _ launcher: any ServerLauncher) {
    self.options = options
    self.launcher = launcher
  }

  private var addresses: [SocketAddress] {
    ["127.0.0.1", "::1"].compactMap { SocketAddress(host: $0, port: options.port) }
  }

  /// - Throws: `CommandError` (71) when another process listens at the port already.
  package func requireFreePort() throws(CommandError) {
    for address in addresses where (try? WireClient.connect(to: address)) != nil {
      throw .osError(
        "port \(options.port) is in use: end the process that listens there (ss -ltnp), or check "
          + "with another port=")
    }
  }

  /// The process as soon as a connection to it succeeds.
  /// - Throws: `CommandError` (69) with what the server did instead, and what it wrote.
  package func listening(underInit: Bool = false) throws(CommandError) -> (
    server: any ServerProcess, address: SocketAddress, time: Duration
  ) {
    let began = MonotonicTime.now
    let server = try launcher.start(underInit: underInit)
    var elsewhere: (ports: [UInt16], since: MonotonicTime)?
    while MonotonicTime.now < began + Self.limit {
      for address in addresses where (try? WireClient.connect(to: address)) != nil {
        return (server, address, .now - began)
      }
      if let exit = server.exit(by: .now + .milliseconds(5)) {
        // What it put into the background.
        defer { server.end() }
        throw Self.unavailable(early(exit), server)
      }
      if let found = elsewhere, .now - found.since > Self.elsewhere { break }
      // Not each time: the system has to be asked for every descriptor.
      guard .now - (elsewhere?.since ?? began) > .milliseconds(500) else { continue }
      let ports = server.ports
      elsewhere = ports.isEmpty ? nil : (ports, elsewhere?.since ?? .now)
    }
    server.end()
    throw Self.unavailable(deaf(elsewhere?.ports ?? []), server)
  }

  /// - Parameter ports: where it listens instead.
  private func deaf(_ ports: [UInt16]) -> String {
    if ports.contains(options.port) {
      return "the server listens at port \(options.port), but not at 127.0.0.1 or ::1, where the "
        + "check's clients are: let it listen there, or at all addresses"
    }
    let names = ports.map { "\($0)" }.joined(separator: ", ")
    let instead =
      ports.isEmpty ? " after \(Int(Self.limit / .seconds(1))) s" : ", but at \(names): give port="
    return "the server does not listen at port \(options.port)\(instead)"
  }

  /// The process at once.
  package func launch() throws(CommandError) -> any ServerProcess {
    try launcher.start(underInit: false)
  }

  private func early(_ exit: ServerExit) -> String {
    let command = options.command.joined(separator: " ")
    if exit.code == 0 {
      return "'\(command)' ended with 0 before it listened. A server that puts itself into the "
        + "background has to stay in the foreground here, as in a container"
    }
    return "'\(command)' ended with \(exit.code) before it listened at port \(options.port)"
  }

  /// Sends a request again and again: a server can listen before it can serve.
  /// - Returns: the connection of the last one, which `isDone` was true for, unless the server
  ///   ended or the time is over; nil when there was none.
  static func ask(
    _ request: RequestText, at address: SocketAddress, _ server: any ServerProcess,
    until isDone: (WireClient) -> Bool
  ) -> WireClient? {
    let deadline = MonotonicTime.now + limit
    var client: WireClient?
    repeat {
      client = try? WireClient.connect(to: address)
      client?.send(request.whole)
      client?.read(until: deadline) { !$0.answers.complete.isEmpty || $0.answers.isMalformed }
      if let client, isDone(client) { break }
    } while server.exit(by: .now + .milliseconds(20)) == nil && .now < deadline
    return client
  }

  /// With the last lines that the server wrote, each on a line of its own: enough of them for the
  /// first line of an error that a runtime's stack follows.
  static func unavailable(_ what: String, _ server: any ServerProcess) -> CommandError {
    let lines = server.lastLines.suffix(20)
    return .unavailable(
      lines.isEmpty
        ? "\(what); it wrote nothing"
        : "\(what). It wrote:\n" + lines.map { "  \($0)" }.joined(separator: "\n"))
  }
}
