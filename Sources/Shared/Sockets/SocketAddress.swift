import Libc

/// An IPv4 or IPv6 address with a port. Not a name: `resolveAll` gives the addresses of a name.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  private enum IP: Hashable {
    case v4(UInt32)
    case v6([UInt8], scope: UInt32)
  }

  private let ip: IP
  /// 0 lets the kernel choose when a socket is bound.
  public let port: UInt16

  /// - Parameter host: digits and dots (RFC 6943 section 3.1.1, strict form) or an IPv6 address
  ///   without brackets. Nil for anything else.
  public init?(host: String, port: UInt16) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, host, &v4) == 1 {
      ip = .v4(v4.s_addr)
    } else if inet_pton(AF_INET6, host, &v6) == 1 {
      ip = .v6(withUnsafeBytes(of: &v6) { Array($0) }, scope: 0)
    } else {
      return nil
    }
    self.port = port
  }

  private init(_ ip: IP, port: UInt16) {
    self.ip = ip
    self.port = port
  }

  static let anyIPv4 = { SocketAddress(.v4(0), port: $0) } as @Sendable (UInt16) -> SocketAddress
  static let anyIPv6 =
    { SocketAddress(.v6([UInt8](repeating: 0, count: 16), scope: 0), port: $0) }
    as @Sendable (UInt16) -> SocketAddress

  /// The same address with another port.
  package func with(port: UInt16) -> SocketAddress { SocketAddress(ip, port: port) }

  var family: Int32 {
    switch ip {
    case .v4: AF_INET
    case .v6: AF_INET6
    }
  }

  /// The address without the port, IPv6 without brackets.
  public var host: String {
    var text = [CChar](repeating: 0, count: 64)
    switch ip {
    case .v4(var address): inet_ntop(AF_INET, &address, &text, 64)
    case .v6(var bytes, _): inet_ntop(AF_INET6, &bytes, &text, 64)
    }
    return text.withUnsafeBufferPointer {
      String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  /// `127.0.0.1:4000` or `[::1]:4000`.
  public var description: String {
    switch ip {
    case .v4: "\(host):\(port)"
    case .v6: "[\(host)]:\(port)"
    }
  }

  /// Calls `body` with the address in the kernel's form.
  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch ip {
    case .v4(let address):
      var form = sockaddr_in()
      form.sin_family = sa_family_t(AF_INET)
      form.sin_port = port.bigEndian
      form.sin_addr.s_addr = address
      return Self.pass(&form, body)
    case .v6(let bytes, let scope):
      var form = sockaddr_in6()
      form.sin6_family = sa_family_t(AF_INET6)
      form.sin6_port = port.bigEndian
      form.sin6_scope_id = scope
      withUnsafeMutableBytes(of: &form.sin6_addr) { $0.copyBytes(from: bytes) }
      return Self.pass(&form, body)
    }
  }

  private static func pass<Form, Result>(
    _ form: inout Form, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: &form) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<Form>.size))
      }
    }
  }

  /// The local address of a bound socket.
  init?(boundTo socket: Int32) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    guard result == 0 else { return nil }
    self.init(storage)
  }

  private init?(_ storage: sockaddr_storage) {
    var storage = storage
    switch Int32(storage.ss_family) {
    case AF_INET:
      let form = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in.self) }
      self.init(.v4(form.sin_addr.s_addr), port: UInt16(bigEndian: form.sin_port))
    case AF_INET6:
      var form = withUnsafeBytes(of: &storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
      let bytes = withUnsafeBytes(of: &form.sin6_addr) { Array($0) }
      self.init(.v6(bytes, scope: form.sin6_scope_id), port: UInt16(bigEndian: form.sin6_port))
    default:
      return nil
    }
  }

  /// All addresses of a name, each once, in the system's order of preference (RFC 6724), or the
  /// address itself. Blocks: not for a loop.
  package static func resolveAll(_ host: String, port: UInt16) -> [SocketAddress] {
    if let address = SocketAddress(host: host, port: port) { return [address] }
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, nil, &found) == 0 else { return [] }
    defer { freeaddrinfo(found) }
    var addresses: [SocketAddress] = []
    var next = found
    // The list has an entry for each kind of socket.
    while let entry = next {
      if let address = SocketAddress(entry.pointee)?.with(port: port), !addresses.contains(address)
      {
        addresses.append(address)
      }
      next = entry.pointee.ai_next
    }
    return addresses
  }

  private init?(_ entry: addrinfo) {
    guard let source = entry.ai_addr else { return nil }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: Int(entry.ai_addrlen)))
    }
    self.init(storage)
  }
}
