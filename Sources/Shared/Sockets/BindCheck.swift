/// Whether an address and port can be listened on at this moment.
public enum BindCheck {
  /// - Throws: `BindError` with what the kernel said.
  public static func run(_ address: SocketAddress) throws(BindError) {
    try Socket.listening(on: address, backlog: 1).close()
  }

  /// Keeps others from listening there as long as this process lives, or until the descriptor is
  /// closed.
  /// - Throws: `BindError`, also when somebody else does so.
  @discardableResult
  public static func hold(_ address: SocketAddress) throws(BindError) -> Int32 {
    try Socket.listening(on: address, backlog: 1).descriptor
  }
}
