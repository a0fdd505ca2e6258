/// A bounded buffer of lines, and the thread that writes it out, many lines at a time. `append`
/// neither waits nor makes a system call, except for one wake-up after a silence.
///
/// A write that fails, because the disk is full or the pipe has no reader, is tried again with what
/// came meanwhile, at most once a second. What was lost is counted. The thread ends when the writer
/// is released, after a last write.
final class LineWriter: Sendable {
  private let queue: LineQueue

  /// - Parameters:
  ///   - descriptor: where to write.
  ///   - capacity: bytes that may wait.
  ///   - notice: the line that is written instead of lines that were lost, given their number.
  /// - Throws: `SystemError` when the process has no descriptor or thread left.
  init(descriptor: Int32, capacity: Int, notice: @escaping @Sendable (Int) -> [UInt8])
    throws(SystemError)
  {
    let queue = try LineQueue(descriptor: descriptor, capacity: capacity, notice: notice)
    self.queue = queue
    try BackgroundThread.tryStart { queue.run() }
  }

  deinit { queue.close() }

  /// Adds a line, or counts it when it does not fit.
  func append(_ line: [UInt8]) { queue.append(line) }

  /// Waits until all lines so far are written, but no longer than `limit`.
  /// - Returns: whether they are.
  func flush(within limit: Duration) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { [queue] in await queue.waitUntilWritten() }
      group.addTask {
        try? await RunningTime.sleep(for: limit)
        return false
      }
      let isWritten = await group.next() ?? false
      group.cancelAll()
      return isWritten
    }
  }
}

/// The buffer of a `LineWriter`, which its thread shares.
private final class LineQueue: Sendable {
  private struct State {
    var buffer: [UInt8] = []
    /// Lines that were lost since the last notice.
    var dropped = 0
    /// Bytes since the start.
    var appended: UInt64 = 0
    var written: UInt64 = 0
    /// The thread knows that there is work, and that it must not wait for more.
    var isAwake = false
    var isHurried = false
    /// Each flush waits until so many bytes are written.
    var waiters: [(target: UInt64, isWritten: Promise<Bool>)] = []
    var isClosed = false
  }

  /// What one write takes out of the buffer.
  private struct Batch {
    let lines: [UInt8]
    let dropped: Int
    let notice: [UInt8]
  }

  private static let newline = UInt8(ascii: "\n")
  /// How long the thread collects lines, so that one write takes many.
  private static let collectMilliseconds: Int32 = 10
  /// How long after a failure the next attempt is made.
  private static let retry = Duration.seconds(1)

  private let state = Lock(State())
  private let descriptor: Int32
  private let capacity: Int
  private let notice: @Sendable (Int) -> [UInt8]
  private let wakeup: Wakeup

  init(descriptor: Int32, capacity: Int, notice: @escaping @Sendable (Int) -> [UInt8])
    throws(SystemError)
  {
    self.descriptor = descriptor
    self.capacity = capacity
    self.notice = notice
    wakeup = try Wakeup(for: "a log")
  }

  func append(_ line: [UInt8]) {
    let mustWake = state.withLock { state in
      guard state.buffer.count + line.count <= capacity else {
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

  func waitUntilWritten() async -> Bool {
    let isWritten = Promise<Bool>()
    let isDone = state.withLock { state in
      if state.written == state.appended, state.dropped == 0 { return true }
      state.isHurried = true
      state.waiters.append((state.appended, isWritten))
      return false
    }
    if isDone { return true }
    wakeup.ring()
    defer { state.withLock { state in state.waiters.removeAll { $0.isWritten === isWritten } } }
    return await isWritten.wait(onCancel: false)
  }

  /// Lets the thread end. Rings under the lock: the thread closes the wake-up once it sees that the
  /// queue is closed.
  func close() {
    state.withLock { state in
      state.isClosed = true
      wakeup.ring()
    }
  }

  // MARK: The thread

  func run() {
    var isTorn = false
    while true {
      waitForWake(milliseconds: -1)
      if !state.withLock({ $0.isHurried }) { waitForWake(milliseconds: Self.collectMilliseconds) }
      while let batch = take() {
        let lost = write(batch, &isTorn)
        finish(batch, lost: lost)
        if lost != nil {
          if state.withLock({ $0.isClosed }) { break }
          waitForRetry()
        }
      }
      if state.withLock({ $0.isClosed }) { return wakeup.close() }
    }
  }

  /// The lines so far and the notice of those that were lost. Nil when there are none: the thread
  /// then sleeps until it is woken.
  private func take() -> Batch? {
    let (lines, dropped) = state.withLock { state in
      let taken = (state.buffer, state.dropped)
      state.isHurried = false
      state.isAwake = !taken.0.isEmpty
      state.dropped = 0
      state.buffer = []
      return taken
    }
    if lines.isEmpty, dropped == 0 { return nil }
    return Batch(lines: lines, dropped: dropped, notice: dropped > 0 ? notice(dropped) : [])
  }

  /// - Parameter lost: how many lines of the batch were not written; its notice was not, either.
  ///   Nil: all was written.
  private func finish(_ batch: Batch, lost: Int?) {
    let isWhole = lost == nil
    let waiters = state.withLock { state in
      state.written += UInt64(batch.lines.count)
      if let lost { state.dropped += batch.dropped + lost }
      let done = state.waiters.filter { $0.target <= state.written || !isWhole }
      state.waiters.removeAll { $0.target <= state.written || !isWhole }
      return done
    }
    for waiter in waiters { waiter.isWritten.fulfil(isWhole) }
  }

  /// Writes a batch part by part: in one piece it would be copied, and a batch may be large.
  /// - Parameter isTorn: the last line that was written has no end.
  /// - Returns: how many lines were not written; nil when all was.
  private func write(_ batch: Batch, _ isTorn: inout Bool) -> Int? {
    if isTorn, write([Self.newline]) == 0 { return Self.lines(in: batch.lines[...]) }
    let count = write(batch.lines)
    isTorn = count > 0 && batch.lines[count - 1] != Self.newline
    if count < batch.lines.count { return Self.lines(in: batch.lines[count...]) }
    let noticed = write(batch.notice)
    if noticed == batch.notice.count { return nil }
    isTorn = noticed > 0
    return 0
  }

  /// Waits for the next attempt; a flush makes it at once.
  private func waitForRetry() {
    let end = MonotonicTime.now + Self.retry
    while case let left = end - .now, left > .zero {
      if state.withLock({ !$0.waiters.isEmpty || $0.isClosed }) { return }
      waitForWake(milliseconds: Int32(clamping: left.nanoseconds / 1_000_000 + 1))
    }
  }

  /// Blocks this thread until the reader took all, or until a write fails.
  /// - Returns: bytes that were written.
  private func write(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest[..<Self.endOfLines(in: rest)]
        let count = FileDescriptor.write(UnsafeRawBufferPointer(rebasing: piece), to: descriptor)
        rest = rest.dropFirst(count)
        if count < piece.count { break }
      }
      return bytes.count - rest.count
    }
  }

  /// The end of the whole lines that a pipe takes in one piece (PIPE_BUF, write(2)): standard
  /// output and standard error may be one pipe, and their lines must not mix.
  private static func endOfLines(in rest: Slice<UnsafeRawBufferPointer>) -> Int {
    let piece = rest.prefix(4096)
    guard piece.endIndex < rest.endIndex, let last = piece.lastIndex(of: newline) else {
      return piece.endIndex
    }
    return last + 1
  }

  private static func lines(in bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 + ($1 == newline ? 1 : 0) }
  }

  private func waitForWake(milliseconds: Int32) {
    wakeup.wait(milliseconds: milliseconds)
    _ = wakeup.take()
  }
}
