import Synchronization

/// The signals that ask a process to stop. They are remembered: one that comes before anybody waits
/// for it is not lost.
///
/// The handler only writes to a descriptor, the one thing that is safe there (signal-safety(7)); a
/// thread of its own reads it and wakes whoever waits. signalfd(2) would not do: once an async
/// `main` suspends, Dispatch unblocks signals on its threads and they would kill the process.
public final class Signals: Sendable {
  private struct State {
    var remembered = 0
    /// In the order in which they began to wait; a wait that was cancelled is fulfilled already.
    var waiters: [Promise<Bool>] = []
  }

  private let state = Mutex(State())

  private init() {}

  /// Takes over the given signals from this moment on, also when they were inherited as ignored or
  /// blocked. Belongs in the first statement of `main`: what comes before it still has its default
  /// effect.
  public static func arm(_ signals: [Int32] = [SIGTERM, SIGINT]) -> Signals {
    let armed = Signals()
    let wakeup = Platform.makeWakeup()
    precondition(wakeup.read >= 0, "no descriptor for signals: \(String(cString: strerror(errno)))")
    for signal in signals {
      SignalTable.shared.route(signal, to: wakeup.write)
      precondition(handle(signal) == 0, "signal \(signal) cannot be handled")
    }
    unblock(signals)
    Platform.startThread {
      unblock(signals)
      while let count = wait(on: wakeup.read) {
        for _ in 0..<count { armed.deliver() }
      }
    }
    return armed
  }

  /// Waits for the next signal and takes it: each signal ends one wait, in the order of the waits.
  /// - Returns: false when the task was cancelled first; no signal is taken then.
  @discardableResult
  public func next() async -> Bool {
    let signal = Promise<Bool>()
    let isThere = state.withLock { state in
      if state.remembered > 0, !Task.isCancelled {
        state.remembered -= 1
        return true
      }
      state.waiters.append(signal)
      return false
    }
    if isThere { return true }
    if await signal.wait(onCancel: false) { return true }
    state.withLock { state in state.waiters.removeAll { $0 === signal } }
    return false
  }

  /// Returns a signal that was taken and turned out to be meant for a later wait.
  func putBack() { deliver() }

  /// Gives the signal to the first wait that has not been cancelled, or remembers it.
  private func deliver() {
    state.withLock { state in
      while !state.waiters.isEmpty {
        if state.waiters.removeFirst().fulfil(true) { return }
      }
      state.remembered += 1
    }
  }

  /// A thread that may take the signals: all others may have them blocked.
  private static func unblock(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Blocks until the handler has written; how often it did. Nil when the descriptor is broken.
  private static func wait(on descriptor: Int32) -> UInt64? {
    while true {
      var count: UInt64 = 0
      let size = MemoryLayout<UInt64>.size
      if read(descriptor, &count, size) == size { return count }
      guard errno == EAGAIN || errno == EINTR else { return nil }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&request, 1, -1)
    }
  }
}

/// sigaction(2) with SA_RESTART, by the name under which every C library has it (signal(3)). 0, or
/// `errno`.
private func handle(_ number: Int32) -> Int32 {
  errno = 0
  _ = signal(number) { SignalTable.report($0) }
  return errno
}

/// Which descriptor a signal's handler writes to: a handler gets nothing but the signal's number,
/// so this cannot be anybody's property.
///
/// `@unchecked Sendable`: the pointer never changes and is never freed, and what it points to is
/// atomic.
private struct SignalTable: @unchecked Sendable {
  static let shared = SignalTable()

  /// 64 signals on Linux, fewer elsewhere.
  private let descriptors = UnsafeMutablePointer<Atomic<Int32>>.allocate(capacity: 65)

  private init() {
    for number in 0..<65 { (descriptors + number).initialize(to: Atomic(-1)) }
  }

  func route(_ signal: Int32, to descriptor: Int32) {
    descriptors[Int(signal)].store(descriptor, ordering: .sequentiallyConsistent)
  }

  /// Runs in the handler, on any thread and between any two instructions: no lock, no allocation,
  /// `errno` as it was.
  static func report(_ signal: Int32) {
    let before = errno
    var one: UInt64 = 1
    let descriptor = shared.descriptors[Int(signal)].load(ordering: .sequentiallyConsistent)
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    errno = before
  }
}
