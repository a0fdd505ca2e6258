import Comparison
import Libc
import Shared

/// The situation of one case: the server's process, the clients that the case makes, and the
/// moment of the signal.
package final class Scene {
  package let service: Service
  private let startup: Startup
  private(set) var server: any ServerProcess
  private(set) var signalled: MonotonicTime?

  /// Time for the server to read what was sent before a case goes on. A server that has not read by
  /// then changes no verdict: all cases hold for what was sent, read or not.
  static let settle = Duration.milliseconds(100)

  /// How long a server is stopped, as a node that is suspended. Some look for a signal once in 100
  /// ms or once a second: by then that is due for all of them, and ten runs give one verdict.
  static let suspension = Duration.milliseconds(1100)

  /// - Throws: `CommandError` when the server does not start again.
  package init(_ service: Service, _ startup: Startup, _ start: Case.Start) throws(CommandError) {
    self.service = service
    self.startup = startup
    guard start != .none else {
      server = NoServer()
      return
    }
    server = try startup.listening(underInit: start == .underInit).server
    try serve()
  }

  /// Another process of the server in place of the present one.
  func restart() throws(CommandError) {
    end()
    signalled = nil
    server = try startup.listening().server
    try serve()
  }

  /// As `restart`, without waiting until it listens.
  func launch() throws(CommandError) {
    end()
    signalled = nil
    server = try startup.launch()
  }

  /// Waits until it answers as it did at first.
  private func serve() throws(CommandError) {
    let client = Startup.ask(service.request, at: service.address, server) { [service] client in
      client.answers.complete.first?.status == service.status
    }
    // One that answers may still be starting: HAProxy's master executes itself again once its
    // worker serves. What a signal does then is shown by `start-up`.
    if client?.answers.complete.first?.status == service.status { return pause() }
    let error = Startup.unavailable(
      "started again, the server does not answer \(service.request.name) as before", server)
    end()
    throw error
  }

  /// Kills the server.
  package func end() { server.end() }

  /// What the server does with bytes or a signal cannot be seen from outside, so the time itself is
  /// the situation.
  func pause(_ time: Duration = settle) { usleep(UInt32(max(0, time / .microseconds(1)))) }

  /// What stops the server is sent now.
  func signal() {
    server.send(service.options.signal.number)
    signalled = signalled ?? .now
  }

  /// With the server stopped, calls `body`, sends the signal, and lets the server go on: what
  /// `body` sent has come before the signal, and is read after it.
  /// - Parameter time: how long it is stopped.
  /// - Returns: false when the server cannot be stopped.
  func signalUnread(
    suspended time: Duration = suspension, after body: () throws(CommandError) -> Void
  ) throws(CommandError) -> Bool {
    guard server.freeze() else { return false }
    try body()
    pause(time)
    signalled = .now
    server.thaw(after: service.options.signal.number)
    return true
  }

  func connect(window: Int32? = nil) throws(CommandError) -> WireClient {
    do {
      return try WireClient.connect(to: service.address, window: window)
    } catch {
      throw Startup.unavailable("the server takes no connection before the signal", server)
    }
  }

  /// A connection that has had an answer.
  func idle() throws(CommandError) -> WireClient {
    let client = try connect()
    client.send(service.request.whole)
    guard client.awaitAnswers(within: service.patience) else {
      throw Startup.unavailable(
        "before the signal, \(service.request.name): \(client.seen)", server)
    }
    client.forget()
    return client
  }

  /// A connection with a request in flight. On a busy machine a request can be over before its turn
  /// comes: then another is sent.
  /// - Returns: nil when each was.
  func inFlight() throws(CommandError) -> WireClient? {
    for _ in 0..<10 {
      let client = try connect()
      client.send(service.request.whole)
      pause(min(service.requestTime / 3, Self.settle))
      client.take()
      if client.answers.complete.isEmpty, client.ending == nil { return client }
    }
    return nil
  }

  /// Connections that have not sent a byte.
  func clients(_ count: Int) throws(CommandError) -> [WireClient] {
    var clients: [WireClient] = []
    for _ in 0..<count { clients.append(try connect()) }
    return clients
  }

  /// Connections to a server that is stopped: as many as its backlog takes, at most `count`.
  /// Python's `http.server` takes six.
  func waitingClients(_ count: Int) -> [WireClient] {
    var clients: [WireClient] = []
    while clients.count < count,
      let client = try? WireClient.connect(to: service.address, within: .milliseconds(100))
    {
      clients.append(client)
    }
    return clients
  }

  /// Connections that have had an answer each, all at the same time: some servers close one that is
  /// idle for 5 s. Those that the server closed at once are left out.
  func idleClients(_ count: Int) throws(CommandError) -> [WireClient] {
    let clients = try clients(count)
    for client in clients { client.send(service.request.whole) }
    let deadline = MonotonicTime.now + service.patience
    for client in clients {
      client.read(until: deadline) { !$0.answers.complete.isEmpty }
      client.forget()
    }
    return clients.filter { !$0.hasEnded }
  }

  /// The end of the server, waited for until the grace period is over.
  func exit() -> ServerExit? {
    server.exit(by: (signalled ?? .now) + service.options.grace)
  }

  var sinceSignal: Duration { signalled.map { .now - $0 } ?? .zero }

  /// From the signal to the exit.
  func time(of exit: ServerExit) -> Duration { exit.instant - (signalled ?? exit.instant) }
}

/// In place of a server that the case starts itself.
private final class NoServer: ServerProcess {
  func send(_ signal: Int32) {}
  var ports: [UInt16] { [] }
  func freeze() -> Bool { false }
  func thaw(after signal: Int32) {}
  func exit(by deadline: MonotonicTime) -> ServerExit? { nil }
  var lastLines: [String] { [] }
  var leftBehind: [String]? { nil }
  func end() {}
}
