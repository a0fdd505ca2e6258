import Libc
import Synchronization

/// The signals that stop a process, SIGTERM and SIGINT. A signal that comes before a task waits for
/// it is remembered.
///
/// The handler only writes to a descriptor, which is safe there (signal-safety(7)); a thread reads
/// it and wakes the task that waits. signalfd(2) does not work here: once an async `main` suspends,
/// Dispatch unblocks signals on its threads, and they would kill the process.
public final class Signals: Sendable {
  private struct State {
    var remembered = 0
    /// In the order in which they began to wait; a cancelled wait is fulfilled.
    var waiters: [Promise<Bool>] = []
  }

  private let state = Lock(State())

  private init() {}

  /// Takes over the given signals from now on, also when the process inherited them as ignored or
  /// blocked. Belongs in the first statement of `main`: an earlier signal has its default effect.
  /// Ends the process with one line and exit status 71 (`EX_OSERR`) when it has no descriptor or
  /// thread left.
  public static func arm(_ signals: [Int32] = [SIGTERM, SIGINT]) -> Signals {
    FileDescriptor.openStandard()
    let armed = Signals()
    do throws(SystemError) {
      let wakeup = try Wakeup(for: "signals")
      for signal in signals {
        SignalTable.shared.route(signal, to: wakeup.writing)
        precondition(handle(signal) == 0, "signal \(signal) cannot be handled")
      }
      unblock(signals)
      try BackgroundThread.tryStart {
        unblock(signals)
        while let count = next(from: wakeup) {
          for _ in 0..<count { armed.deliver() }
        }
      }
    } catch {
      ExitCode.osError.exit("\(error)")
    }
    return armed
  }

  /// Waits for the next signal and takes it. Each signal ends one wait, in the order of the waits.
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

  /// Puts back a signal that was taken, for a later wait.
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

  /// Lets the calling thread take the signals: all others may have them blocked.
  private static func unblock(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  /// Blocks until the handler has written.
  /// - Returns: how often it did; nil when the descriptor is broken.
  private static func next(from wakeup: Wakeup) -> UInt64? {
    while let count = wakeup.take() {
      if count > 0 { return count }
      wakeup.wait(milliseconds: -1)
    }
    return nil
  }
}

/// sigaction(2) with SA_RESTART, by the name that every C library has (signal(3)).
/// - Returns: 0, or `errno`.
private func handle(_ number: Int32) -> Int32 {
  errno = 0
  _ = signal(number) { SignalTable.report($0) }
  return errno
}

/// The descriptor to which the handler of a signal writes. A handler gets only the signal's number,
/// so it finds the descriptor in a static property.
///
/// `@unchecked Sendable`: the pointer never changes and is never freed, and it points to atomics.
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

  /// Runs in the handler, on any thread and between any two instructions: takes no lock, allocates
  /// nothing, and restores `errno`.
  static func report(_ signal: Int32) {
    let before = errno
    var one: UInt64 = 1
    let descriptor = shared.descriptors[Int(signal)].load(ordering: .sequentiallyConsistent)
    while write(descriptor, &one, MemoryLayout<UInt64>.size) < 0, errno == EINTR {}
    errno = before
  }
}
