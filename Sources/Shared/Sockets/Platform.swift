import Libc

/// The differences between systems. Only Linux with Glibc has been run; the other branches keep a
/// Mac possible.
package enum Platform {
  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let tcp = Int32(IPPROTO_TCP)
    private static let v6 = Int32(IPPROTO_IPV6)
    private static let nowhere = __SOCKADDR_ARG()
    /// What limits open descriptors.
    static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let stream = SOCK_STREAM
    private static let tcp = IPPROTO_TCP
    private static let v6 = IPPROTO_IPV6
    private static let nowhere: UnsafeMutablePointer<sockaddr>? = nil
    static let openFiles = RLIMIT_NOFILE
  #endif

  #if canImport(Darwin)
    static let sendFlags: Int32 = 0
    static let pollers: [PollerKind] = [.poll]
  #else
    /// Writing to a closed connection gives `EPIPE` instead of a signal.
    static let sendFlags = Int32(MSG_NOSIGNAL)
    static let pollers: [PollerKind] = [.epoll, .poll]
  #endif

  /// Processors that are online.
  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// A TCP socket that neither blocks nor survives `exec`; -1 and `errno` when there is none.
  package static func makeStreamSocket(family: Int32) -> Int32 {
    #if canImport(Darwin)
      let descriptor = prepared(socket(family, stream, 0))
      var on: Int32 = 1
      if descriptor >= 0 {
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      }
      return descriptor
    #else
      return socket(
        family, stream | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #endif
  }

  /// The next connection of the backlog, non-blocking and close-on-exec; -1 and `errno` when there
  /// is none.
  static func acceptConnection(_ listener: Int32) -> Int32 {
    #if canImport(Darwin)
      return prepared(accept(listener, nil, nil))
    #else
      return accept4(
        listener, nowhere, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
    #endif
  }

  /// The two ends of a `Wakeup`: one eventfd(2) on Linux, a pipe elsewhere; -1 and `errno` when
  /// there is none.
  static func makeWakeup() -> (read: Int32, write: Int32) {
    #if canImport(Darwin)
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return (-1, -1) }
      return (prepared(ends[0]), prepared(ends[1]))
    #else
      let descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
      return (descriptor, descriptor)
    #endif
  }

  /// Turns off Nagle's algorithm (RFC 9293 section 3.7.4), so that segments leave at once. Accepted
  /// sockets inherit this.
  package static func disableNagle(_ descriptor: Int32) { set(descriptor, tcp, TCP_NODELAY, 1) }

  /// Sets whether an IPv6 socket takes IPv4 connections, too.
  static func setDualStack(_ descriptor: Int32, _ isDual: Bool) {
    set(descriptor, v6, IPV6_V6ONLY, isDual ? 0 : 1)
  }

  /// Why `connect` failed, as `errno` has it, or 0.
  package static func pendingError(_ descriptor: Int32) -> Int32 {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error
  }

  /// Lets `bind` take the address only: the kernel chooses the port at `connect`, when it knows the
  /// other end, so that each pair of addresses has all ports.
  static func bindWithoutPort(_ descriptor: Int32) {
    #if !canImport(Darwin)
      set(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
    #endif
  }

  /// Makes close(2) send a reset and drop the output that was not sent yet.
  static func resetOnClose(_ socket: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  static func reuseAddress(_ descriptor: Int32) { set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }

  #if canImport(Darwin)
    private static func prepared(_ descriptor: Int32) -> Int32 {
      guard descriptor >= 0 else { return descriptor }
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    }
  #endif

  /// close(2), which a type with a `close` of its own cannot name. Not repeated after EINTR: the
  /// descriptor is closed.
  static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  /// write(2), which a type with a `write` of its own cannot name.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes, count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes, count)
    #else
      Darwin.write(descriptor, bytes, count)
    #endif
  }

  /// Tells threads apart while they live.
  static var currentThread: UInt {
    #if canImport(Darwin)
      UInt(bitPattern: pthread_self())
    #else
      UInt(pthread_self())
    #endif
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Starts a thread that cannot be joined.
  /// - Returns: 0, or why there is none, as `errno` has it.
  static func startThread(_ body: @escaping @Sendable () -> Void) -> Int32 {
    final class Body {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let box = Unmanaged.passRetained(Body(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let error = pthread_create(
        &thread, nil,
        {
          Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run()
          return nil
        }, box.toOpaque())
      if error == 0, let thread { pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
      if error == 0 { pthread_detach(thread) }
    #endif
    if error != 0 { box.release() }
    return error
  }
}
