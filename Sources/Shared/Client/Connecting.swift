import Libc

extension Socket {
  /// A socket whose connection to an address is under way.
  /// - Parameter source: the address to connect from; nil: the kernel chooses.
  /// - Throws: `exhausted` when the process has no descriptor or port to spare, else why there is
  ///   no connection.
  static func connecting(to address: SocketAddress, from source: SocketAddress? = nil)
    throws(ClientError) -> Socket
  {
    let socket = Socket(descriptor: Platform.makeStreamSocket(family: address.family))
    guard socket.descriptor >= 0 else { throw .exhausted(errno) }
    do throws(ClientError) {
      guard socket.descriptor < DescriptorLimit.ceiling else { throw .exhausted(EMFILE) }
      if let source {
        Platform.bindWithoutPort(socket.descriptor)
        guard source.withSocketAddress({ bind(socket.descriptor, $0, $1) }) == 0 else {
          throw .exhausted(errno)
        }
      }
      let result = address.withSocketAddress { connect(socket.descriptor, $0, $1) }
      guard result == 0 || errno == EINPROGRESS || errno == EINTR else {
        throw ClientError(errno: errno)
      }
      return socket
    } catch {
      socket.close()
      throw error
    }
  }
}
