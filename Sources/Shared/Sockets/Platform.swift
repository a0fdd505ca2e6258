// The one file with platform imports and conditions. Exported, so that no other file asks which
// system it is on.
#if canImport(Glibc)
  @_exported import CLinux
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import CLinux
  @_exported import Musl
#elseif canImport(Darwin)
  @_exported import Darwin
#endif

/// What differs between the systems. Only Linux with Glibc has been run; the other branches keep a
/// Mac possible.
enum Platform {
  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    private static let tcp = Int32(IPPROTO_TCP)
    private static let v6 = Int32(IPPROTO_IPV6)
    private static let nowhere = __SOCKADDR_ARG()
  #else
    private static let stream = SOCK_STREAM
    private static let tcp = IPPROTO_TCP
    private static let v6 = IPPROTO_IPV6
    private static let nowhere: UnsafeMutablePointer<sockaddr>? = nil
  #endif

  #if canImport(Darwin)
    static let sendFlags: Int32 = 0
    static let pollers: [PollerKind] = [.poll]
  #else
    /// A peer that is gone gives `EPIPE` instead of a signal.
    static let sendFlags = Int32(MSG_NOSIGNAL)
    static let pollers: [PollerKind] = [.epoll, .poll]
  #endif

  /// Processors that are online.
  static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// A TCP socket that neither blocks nor survives `exec`; -1 and `errno` when there is none.
  static func makeStreamSocket(family: Int32) -> Int32 {
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

  /// A descriptor that only takes a place; -1 when there is none.
  static func openNothing() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

  /// The two ends of what wakes a loop: one `eventfd` on Linux, a pipe elsewhere.
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

  /// Segments leave at once (RFC 9293 section 3.7.4 calls what this turns off Nagle's algorithm).
  /// Accepted sockets inherit it.
  static func disableNagle(_ descriptor: Int32) { set(descriptor, tcp, TCP_NODELAY, 1) }

  /// Whether an IPv6 socket takes IPv4 connections too.
  static func setDualStack(_ descriptor: Int32, _ isDual: Bool) {
    set(descriptor, v6, IPV6_V6ONLY, isDual ? 0 : 1)
  }

  /// Why a connection could not be made, or 0.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error
  }

  /// Binds to an address only: the port is chosen at `connect`, when the other end is known, so
  /// that each pair has all ports.
  static func bindWithoutPort(_ descriptor: Int32) {
    #if !canImport(Darwin)
      set(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
    #endif
  }

  /// Makes close(2) send a reset and forget what was not sent yet.
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

  /// close(2), which a type with a `close` of its own cannot name. EINTR is no reason to try again:
  /// the descriptor is gone.
  static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Darwin.close(descriptor)
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

  /// Starts a thread that nobody joins and that takes no signals: those belong to the threads that
  /// asked for them.
  static func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Body {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let box = Unmanaged.passRetained(Body(body)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let error = pthread_create(
        &thread, nil,
        {
          Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run()
          return nil
        }, box)
      if error == 0, let thread { pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let error = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, box)
      if error == 0 { pthread_detach(thread) }
    #endif
    precondition(error == 0, "no thread could be started: \(String(cString: strerror(error)))")
  }
}

/// How many descriptors this process may have open.
public enum DescriptorLimit {
  #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif

  /// Raises the soft limit to the hard one.
  /// - Returns: the limit that is in force then; 0 when the system does not say.
  public static func raise() -> UInt64 {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return 0 }
    limit.rlim_cur = min(limit.rlim_max, 1 << 20)
    _ = setrlimit(resource, &limit)
    guard getrlimit(resource, &limit) == 0 else { return 0 }
    return UInt64(limit.rlim_cur)
  }
}

#if !canImport(Darwin)
  /// epoll(7), level-triggered.
  final class Epoll: Poller {
    private let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    private var ready = [epoll_event](repeating: epoll_event(), count: Poll.capacity)

    init() {
      precondition(descriptor >= 0, "no descriptor is left for an event loop")
    }

    deinit { close(descriptor) }

    func add(_ socket: Int32, token: UInt64, _ interest: Readiness) -> Bool {
      control(EPOLL_CTL_ADD, socket, token, interest)
    }

    func change(_ socket: Int32, token: UInt64, _ interest: Readiness) {
      _ = control(EPOLL_CTL_MOD, socket, token, interest)
    }

    func remove(_ socket: Int32) { epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil) }

    private func control(
      _ operation: Int32, _ socket: Int32, _ token: UInt64, _ interest: Readiness
    ) -> Bool {
      var event = epoll_event()
      event.events =
        (interest.contains(.read) ? EPOLLIN.rawValue : 0)
        | (interest.contains(.write) ? EPOLLOUT.rawValue : 0)
      event.data.u64 = token
      return epoll_ctl(descriptor, operation, socket, &event) == 0
    }

    func wait(milliseconds: Int32, into events: inout [Event]) -> Bool {
      let count = epoll_wait(descriptor, &ready, Int32(ready.count), milliseconds)
      guard count > 0 else { return count == 0 }
      for index in 0..<Int(count) {
        let bits = ready[index].events
        var readiness: Readiness = []
        if bits & EPOLLIN.rawValue != 0 { readiness.insert(.read) }
        if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
        if bits & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { readiness.insert(.failure) }
        events.append(Event(token: ready[index].data.u64, readiness: readiness))
      }
      return count < ready.count
    }
  }
#else
  typealias Epoll = PollSet
#endif
