import Libc

/// The result of one attempt to read or write.
enum Transfer: Equatable {
  case bytes(Int)
  /// The peer has ended its side of the connection.
  case end
  case wouldBlock
  case failed(errno: Int32)
}

/// The system calls of a non-blocking TCP socket, repeated after EINTR. Its owner closes it.
struct Socket: Equatable, Sendable {
  let descriptor: Int32

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    while true {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .end }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errno: errno)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    while true {
      let count = send(descriptor, bytes.baseAddress, bytes.count, Platform.sendFlags)
      if count >= 0 { return .bytes(count) }
      if errno == EINTR { continue }
      return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(errno: errno)
    }
  }

  /// Sends FIN: the peer sees the end, and may still send.
  func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  func close() { _ = Platform.close(descriptor) }

  /// A listening socket. One per server, never `SO_REUSEPORT`: a second server on the port must
  /// fail, and closing one of several sockets would reset the connections in its backlog.
  /// - Throws: `BindError` with the kernel's reason.
  static func listening(on address: SocketAddress, dualStack: Bool = false, backlog: Int32 = 4096)
    throws(BindError) -> Socket
  {
    let socket = Socket(descriptor: Platform.makeStreamSocket(family: address.family))
    guard socket.descriptor >= 0 else { throw .refused(address, errno: errno) }
    Platform.reuseAddress(socket.descriptor)
    Platform.disableNagle(socket.descriptor)
    if address.family == AF_INET6 { Platform.setDualStack(socket.descriptor, dualStack) }
    guard address.withSocketAddress({ bind(socket.descriptor, $0, $1) }) == 0,
      listen(socket.descriptor, backlog) == 0
    else {
      let error = BindError.refused(address, errno: errno)
      socket.close()
      throw error
    }
    return socket
  }
}

/// Why a server cannot listen; the description is one line for an operator.
public enum BindError: Error, Equatable, CustomStringConvertible {
  /// The kernel refuses the address, for example with EADDRINUSE.
  case refused(SocketAddress, errno: Int32)
  /// The host's name has no address.
  case unknown(host: String)
  /// The process has no descriptor or thread left for an event loop.
  case exhausted(SystemError)
  /// The server was started or stopped before: it listens once in its life.
  case spent

  /// The kernel's reason; nil in the other cases.
  public var errno: Int32? {
    if case .refused(_, let errno) = self { errno } else { nil }
  }

  /// One line: the address, and why.
  public var description: String {
    switch self {
    case .refused(let address, let errno):
      "cannot listen on \(address): \(String(cString: strerror(errno)))"
    case .unknown(let host): "cannot listen on \(host): no address is known for this name"
    case .exhausted(let error): "\(error)"
    case .spent: "cannot listen again: a server is started once"
    }
  }
}
