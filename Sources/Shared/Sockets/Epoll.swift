import Libc

#if !canImport(Darwin)
  /// epoll(7), level-triggered.
  final class Epoll: Poller {
    private let descriptor: Int32
    private var ready = [epoll_event](repeating: epoll_event(), count: PollEvent.perWait)

    /// - Throws: `SystemError` when the process has no descriptor left.
    init() throws(SystemError) {
      descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
      if descriptor < 0 { throw SystemError(what: "no descriptor for an event loop", errno: errno) }
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

    func wait(milliseconds: Int32, into events: inout [PollEvent]) -> Bool {
      let count = epoll_wait(descriptor, &ready, Int32(ready.count), milliseconds)
      guard count > 0 else { return count == 0 }
      for index in 0..<Int(count) {
        let bits = ready[index].events
        var readiness: Readiness = []
        if bits & EPOLLIN.rawValue != 0 { readiness.insert(.read) }
        if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
        if bits & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { readiness.insert(.failure) }
        events.append(PollEvent(token: ready[index].data.u64, readiness: readiness))
      }
      return count < ready.count
    }
  }
#else
  typealias Epoll = PollSet
#endif
