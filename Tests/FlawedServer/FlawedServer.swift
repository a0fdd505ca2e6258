import Libc
import Shared

/// A server with a thread for each connection, which looks around every few milliseconds: simple
/// enough to have exactly one flaw.
struct FlawedServer: Sendable {
  private let flaw: Flaw?
  private let drain: Drain
  private let dropsBacklog: Bool

  init(_ flaw: Flaw?, _ drain: Drain) {
    self.flaw = flaw
    // As in a race: one process of two.
    dropsBacklog = flaw == .dropsBacklog || flaw == .mayDropBacklog && Bool.random()
    self.drain = drain
  }

  /// Accepts until the drain, drains, and ends the process.
  func run(at address: SocketAddress) -> Never {
    signal(SIGPIPE, SIG_IGN)
    if flaw == .leavesChild { leave("/bin/sleep", "600") }
    if flaw == .startsInBackground {
      leave(CommandLine.arguments[0], "\(address.port)")
      exit(0)
    }
    let listener = listen(at: address)
    while !drain.isOn { accept(from: listener, within: 5) }
    if dropsBacklog {
      close(listener)
    } else if flaw == .acceptsAndDrops {
      accept(from: listener, within: 0)
      BackgroundThread.start { dropAll(from: listener) }
    } else {
      accept(from: listener, within: 0)
      close(listener)
    }
    // Connections count themselves out; a millisecond late changes nothing that the check sees.
    while drain.connections > 0 { usleep(1000) }
    if flaw == .exitsLate { sleep(3) }
    exit(flaw == .exitsWithOne ? 1 : 0)
  }

  private func listen(at address: SocketAddress) -> Int32 {
    let listener = Platform.makeStreamSocket(family: address.family)
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard address.withSocketAddress({ bind(listener, $0, $1) }) == 0,
      Libc.listen(listener, 256) == 0
    else { ExitCode.osError.exit("\(address): \(String(cString: strerror(errno)))") }
    return listener
  }

  /// Takes all that waits.
  private func accept(from listener: Int32, within milliseconds: Int32) {
    var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    poll(&waiting, 1, milliseconds)
    if dropsBacklog, drain.isOn { return }
    while case let socket = Libc.accept(listener, nil, nil), socket >= 0 {
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      drain.enter()
      BackgroundThread.start {
        var connection = FlawedConnection(socket, flaw, drain)
        connection.serve()
        drain.leave()
      }
    }
  }

  private func dropAll(from listener: Int32) {
    while true {
      var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      poll(&waiting, 1, 5)
      let socket = Libc.accept(listener, nil, nil)
      if socket >= 0 { close(socket) }
    }
  }

  private func leave(_ program: String, _ argument: String) {
    var pid = pid_t()
    var words = [strdup(program), strdup(argument), nil]
    posix_spawn(&pid, program, nil, nil, &words, environ)
  }
}
