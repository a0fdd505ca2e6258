import Libc
import Testing

@testable import Shared

@Suite struct AcceptorTests {
  @Test(.enabled(if: Platform.pollers.contains(.epoll)))
  func `a listener that cannot be watched is an error, and closed`() async throws {
    let loop = EventLoop(poller: .epoll)
    // As the kernel does when it has no room for another socket, epoll says no to a file.
    let file = Libc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 4000))
    await loop.perform { loop in
      let acceptor = Acceptor(
        Socket(descriptor: file), at: address, workers: [], connectionLimit: ConnectionLimit(1),
        log: .none)
      #expect(throws: BindError.refused(address, errno: EPERM)) { try acceptor.open(on: loop) }
      await acceptor.closed(on: loop)
    }
    await loop.stop()
  }

  @Test(arguments: Platform.pollers, [true, false])
  func `a stop before a listener opens closes it, and it does not open`(
    poller: PollerKind, isDrain: Bool
  ) async throws {
    let loop = EventLoop(poller: poller)
    let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    // A descriptor beyond those that the loop has seen.
    let socket = try Socket.listening(on: address)
    let high = Socket(descriptor: fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 500))
    socket.close()
    await loop.perform { loop in
      let acceptor = Acceptor(
        high, at: address, workers: [], connectionLimit: ConnectionLimit(1), log: .none)
      if isDrain { acceptor.drain(on: loop) } else { acceptor.close(on: loop) }
      await acceptor.closed(on: loop)
      #expect(throws: Never.self) { try acceptor.open(on: loop) }
    }
    await loop.stop()
  }
}
