/// What one attempt to read or write did.
enum Transfer: Equatable {
  case bytes(Int)
  /// The other side will send no more.
  case end
  case wouldBlock
  case failed(errno: Int32)
}

/// The system calls of a non-blocking TCP socket, each tried once and again after EINTR. Whoever
/// holds it closes it.
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

  /// Sends FIN: the other side learns that no more comes, what it still sends can be read.
  func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  func close() { _ = Platform.close(descriptor) }

  /// A listening socket. One per server, never `SO_REUSEPORT`: a second server on the port must
  /// fail, and a closed one must take no connection along.
  /// - Throws: `BindError` with what the kernel said.
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

/// A listening socket could not be had.
public enum BindError: Error, Equatable, CustomStringConvertible {
  /// What the kernel said to the address.
  case refused(SocketAddress, errno: Int32)
  /// The system knows no address of that name.
  case unknown(host: String)
  /// The server was started or stopped before: it listens once in its life.
  case spent

  /// Nil when the kernel was not asked.
  public var errno: Int32? {
    if case .refused(_, let errno) = self { errno } else { nil }
  }

  public var description: String {
    switch self {
    case .refused(let address, let errno):
      "cannot listen on \(address): \(String(cString: strerror(errno)))"
    case .unknown(let host): "cannot listen on \(host): no address is known for this name"
    case .spent: "cannot listen again: a server is started once"
    }
  }
}
