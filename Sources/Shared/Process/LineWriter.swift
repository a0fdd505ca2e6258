import Synchronization

/// A bounded buffer of lines, and the thread that writes it out, many lines at a time. `append`
/// neither waits nor makes a system call, except for one wake-up after a silence.
final class LineWriter: Sendable {
  private struct State {
    var buffer: [UInt8] = []
    /// Lines that did not fit since the buffer was last taken.
    var dropped = 0
    /// Bytes since the start.
    var appended: UInt64 = 0
    var written: UInt64 = 0
    var isBroken = false
    /// The thread knows that there is work, and that it must not wait for more.
    var isAwake = false
    var isHurried = false
    /// Each flush waits until so many bytes are written.
    var waiters: [(target: UInt64, isWritten: Promise<Bool>)] = []
  }

  /// How long the thread collects lines, so that one write takes many.
  private static let collectMilliseconds: Int32 = 10

  private let state = Mutex(State())
  private let descriptor: Int32
  private let capacity: Int
  /// The line that is written instead of lines that did not fit, given their number.
  private let notice: @Sendable (Int) -> [UInt8]
  private let wakeup: Wakeup

  init(descriptor: Int32, capacity: Int, notice: @escaping @Sendable (Int) -> [UInt8]) {
    self.descriptor = descriptor
    self.capacity = capacity
    self.notice = notice
    guard let wakeup = Wakeup() else {
      preconditionFailure("no descriptor for a log: \(String(cString: strerror(errno)))")
    }
    self.wakeup = wakeup
    BackgroundThread.start { [self] in run() }
  }

  /// Adds a line, or counts it when it does not fit.
  func append(_ line: [UInt8]) {
    let mustWake = state.withLock { state in
      guard !state.isBroken, state.buffer.count + line.count <= capacity else {
        state.dropped += 1
        return false
      }
      state.buffer += line
      state.appended += UInt64(line.count)
      if state.buffer.count > capacity / 2, !state.isHurried {
        state.isHurried = true
        return true
      }
      defer { state.isAwake = true }
      return !state.isAwake
    }
    if mustWake { wakeup.ring() }
  }

  /// Waits until all lines so far are written, but no longer than `limit`.
  /// - Returns: whether they are.
  func flush(within limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.waitUntilWritten() }
      group.addTask {
        try? await RunningTime.sleep(for: limit)
        return false
      }
      let isWritten = await group.next() ?? false
      group.cancelAll()
      return isWritten
    }
  }

  private func waitUntilWritten() async -> Bool {
    let isWritten = Promise<Bool>()
    let outcome = state.withLock { state -> Bool? in
      state.isHurried = true
      if state.isBroken { return false }
      if state.written == state.appended { return true }
      state.waiters.append((state.appended, isWritten))
      return nil
    }
    if let outcome { return outcome }
    wakeup.ring()
    defer { state.withLock { state in state.waiters.removeAll { $0.isWritten === isWritten } } }
    return await isWritten.wait(onCancel: false)
  }

  // MARK: The thread

  private func run() {
    while true {
      waitForWake(milliseconds: -1)
      if !state.withLock({ $0.isHurried }) { waitForWake(milliseconds: Self.collectMilliseconds) }
      while let batch = take() { finish(batch.count, ok: write(batch.bytes)) }
    }
  }

  /// The lines so far and the notice of those that were dropped. Nil when there are none: the
  /// thread then sleeps until it is woken.
  private func take() -> (bytes: [UInt8], count: Int)? {
    let (bytes, dropped) = state.withLock { state in
      let taken = (state.buffer, state.dropped)
      state.isHurried = false
      state.isAwake = !taken.0.isEmpty
      state.dropped = 0
      state.buffer = []
      return taken
    }
    if bytes.isEmpty, dropped == 0 { return nil }
    return (dropped > 0 ? bytes + notice(dropped) : bytes, bytes.count)
  }

  private func finish(_ count: Int, ok: Bool) {
    let waiters = state.withLock { state in
      state.written += UInt64(count)
      state.isBroken = !ok
      let done = state.waiters.filter { $0.target <= state.written || !ok }
      state.waiters.removeAll { $0.target <= state.written || !ok }
      return done
    }
    for waiter in waiters { waiter.isWritten.fulfil(ok) }
  }

  /// Blocks this thread until the reader took all. False when there is no reader any more.
  private func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest[..<Self.endOfLines(in: rest)]
        guard FileDescriptor.writeAll(UnsafeRawBufferPointer(rebasing: piece), to: descriptor)
        else { return false }
        rest = rest[piece.endIndex...]
      }
      return true
    }
  }

  /// The end of the whole lines that a pipe takes in one piece (PIPE_BUF, write(2)): standard
  /// output and standard error may be one pipe, and their lines must not mix.
  private static func endOfLines(in rest: Slice<UnsafeRawBufferPointer>) -> Int {
    let piece = rest.prefix(4096)
    guard piece.endIndex < rest.endIndex, let last = piece.lastIndex(of: UInt8(ascii: "\n")) else {
      return piece.endIndex
    }
    return last + 1
  }

  private func waitForWake(milliseconds: Int32) {
    wakeup.wait(milliseconds: milliseconds)
    _ = wakeup.take()
  }
}
