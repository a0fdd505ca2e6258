import Libc

/// The listening sockets of a server.
enum Listening {
  /// How often another port is tried when the one that the kernel chose for the first address of a
  /// name is in use at the next.
  private static let attempts = 16

  /// - Parameters:
  ///   - addresses: those of a name, at least one; nil: all addresses, IPv6 and IPv4 on one socket,
  ///     or IPv4 where the system has no IPv6.
  ///   - port: 0 lets the kernel choose; all sockets have the same port.
  /// - Returns: a socket for each address, without those that this machine does not have; at least
  ///   one.
  /// - Throws: `BindError` with the kernel's reason.
  static func sockets(on addresses: [SocketAddress]?, port: UInt16) throws(BindError) -> [Socket] {
    guard let addresses else { return [try onAll(port)] }
    var left = port == 0 ? attempts : 1
    while true {
      do throws(BindError) {
        return try sockets(on: addresses)
      } catch {
        left -= 1
        guard left > 0, error.errno == EADDRINUSE else { throw error }
      }
    }
  }

  private static func onAll(_ port: UInt16) throws(BindError) -> Socket {
    do {
      return try Socket.listening(on: .anyIPv6(port), dualStack: true)
    } catch  where error.errno == EAFNOSUPPORT || error.errno == EADDRNOTAVAIL {
      return try Socket.listening(on: .anyIPv4(port))
    }
  }

  private static func sockets(on addresses: [SocketAddress]) throws(BindError) -> [Socket] {
    var sockets: [Socket] = []
    var missing: BindError?
    var port = addresses[0].port
    do throws(BindError) {
      for address in addresses {
        do throws(BindError) {
          let socket = try Socket.listening(on: address.with(port: port))
          sockets.append(socket)
          port = SocketAddress(boundTo: socket.descriptor)?.port ?? port
        } catch  where error.errno == EAFNOSUPPORT || error.errno == EADDRNOTAVAIL {
          missing = error
        }
      }
    } catch {
      for socket in sockets { socket.close() }
      throw error
    }
    if sockets.isEmpty, let missing { throw missing }
    return sockets
  }
}
