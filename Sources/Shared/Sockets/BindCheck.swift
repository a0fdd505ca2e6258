/// Tries whether a socket can listen on an address and port.
package enum BindCheck {
  /// Listens and stops again.
  /// - Throws: `BindError` with the kernel's reason.
  package static func run(_ address: SocketAddress) throws(BindError) {
    try Socket.listening(on: address, backlog: 1).close()
  }

  /// Listens, without accepting, so that no other socket can listen there until this process ends
  /// or closes the descriptor.
  /// - Throws: `BindError`, also when another socket listens there.
  @discardableResult
  package static func hold(_ address: SocketAddress) throws(BindError) -> Int32 {
    try Socket.listening(on: address, backlog: 1).descriptor
  }
}
