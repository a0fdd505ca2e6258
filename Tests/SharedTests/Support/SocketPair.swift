import Libc
import Testing

@testable import Shared

/// Two connected sockets. Processes that other tests start do not get them: one that did would keep
/// them open.
struct SocketPair {
  let near: Socket
  let far: Socket

  init() throws {
    var ends: [Int32] = [-1, -1]
    let type = [SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC].reduce(0) { $0 | Int32($1.rawValue) }
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    (near, far) = (Socket(descriptor: ends[0]), Socket(descriptor: ends[1]))
  }
}
