import Libc

/// Wakes a thread that waits for a descriptor: an eventfd(2) on Linux, a pipe elsewhere. Rings are
/// remembered until they are taken. Its owner closes it.
struct Wakeup: Sendable {
  /// Readable after a ring.
  let reading: Int32
  /// Where a ring writes eight bytes; a signal handler may write them itself (signal-safety(7)).
  let writing: Int32

  /// - Parameter user: what is woken, for the error.
  /// - Throws: `SystemError` when the process has no descriptor left.
  init(for user: String) throws(SystemError) {
    (reading, writing) = Platform.makeWakeup()
    if reading < 0 { throw SystemError(what: "no descriptor for \(user)", errno: errno) }
  }

  /// From any thread; does not block.
  func ring() {
    var one: UInt64 = 1
    // A ring that is lost would be a thread that sleeps for ever.
    while write(writing, &one, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
  }

  /// Takes the rings so far, without waiting.
  /// - Returns: how many there were, 0 for none; nil when the descriptor is broken.
  func take() -> UInt64? {
    var count: UInt64 = 0
    let size = MemoryLayout<UInt64>.size
    while true {
      if read(reading, &count, size) == size { return count }
      if errno == EAGAIN { return 0 }
      guard errno == EINTR else { return nil }
    }
  }

  /// Blocks the calling thread until a ring.
  /// - Parameter milliseconds: how long, at most; -1: without limit.
  func wait(milliseconds: Int32) {
    var request = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    _ = poll(&request, 1, milliseconds)
  }

  func close() {
    _ = Platform.close(reading)
    if writing != reading { _ = Platform.close(writing) }
  }
}
