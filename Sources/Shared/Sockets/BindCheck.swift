/// Whether an address and port can be listened on at this moment.
public enum BindCheck {
  /// - Throws: `BindError` with what the kernel said.
  public static func run(_ address: SocketAddress) throws(BindError) { try Socket.listening(on: address, backlog: 1).close() }
}
