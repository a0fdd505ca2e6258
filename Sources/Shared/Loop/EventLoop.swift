/// What owns a socket on a loop. Called on the loop's thread, never from within a call of its own.
protocol Channel: AnyObject {
  func ready(_ readiness: Readiness, on loop: isolated EventLoop)
  func due(on loop: isolated EventLoop)
}

/// One thread that waits for sockets and timers and runs the tasks of what belongs to them. Nothing
/// may block it.
///
/// Everything on a loop is isolated to it: synchronous functions take `isolated EventLoop`, request
/// handlers too, so that they run here without a hop. An actor whose executor is the loop's shares
/// its thread.
public actor EventLoop {
  enum Timer {
    case channel(any Channel)
    /// True when the time has come, false when the loop stops first.
    case sleeper(Promise<Bool>)
  }

  private struct Slot {
    var channel: (any Channel)?
    var generation: UInt32 = 0
    var interest: Readiness = []
  }

  public nonisolated let executor = LoopExecutor()
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Events of one turn that count as load.
  private static let load = 4
  /// A loop that wakes up later than this for a timer was held up from outside.
  private static let stall = Duration.milliseconds(100)

  private let poller: any Poller
  private var hasStopped = false
  private var timers = Timers<Timer>()
  private var slots: [Slot] = []
  private var events: [Event] = []
  private var wakeup: Int32 = -1

  /// The time at which the loop last woke up; what happens in one turn happens at one time.
  private(set) var now = MonotonicTime.now
  /// What sockets are read into: bytes stay here no longer than a call.
  let scratch = Scratch()

  /// Starts the loop's thread, which lives until `stop()`.
  public init(poller kind: PollerKind = .epoll) {
    poller = kind == .epoll ? Epoll() : PollSet()
    startThread()
  }

  nonisolated func startThread() { Platform.startThread { [self] in executor.run(self) } }

  /// Wakes every sleeper with `CancellationError`, runs what is ready to run, and ends the thread. No
  /// task can sleep on the loop afterwards.
  public func stop() {
    while let timer = timers.popDue(.distantFuture) {
      if case .sleeper(let wakeup) = timer { wakeup.fulfil(false) }
    }
    hasStopped = true
    executor.stop()
  }

  /// Suspends for a duration, to the millisecond above, on the loop's own timers.
  ///
  /// Due time, cancellation and stop may come in any order, also before the task suspends, and each
  /// of them wakes it: they fulfil a promise that exists before the timer does (see `Promise`).
  /// - Throws: `CancellationError`, at once when the task is cancelled.
  public func sleep(for duration: Duration) async throws {
    guard let (wakeup, timer) = beginSleep(until: .now + duration) else {
      throw CancellationError()
    }
    if await wakeup.wait(onCancel: false) { return }
    cancel(timer)
    throw CancellationError()
  }

  /// Suspends until an instant, or until the loop stops; cancellation does not end it. Takes less
  /// memory than `sleep`, for thousands of tasks that wait at a time.
  func pause(until time: MonotonicTime) async {
    guard let (wakeup, _) = beginSleep(until: time) else { return }
    _ = await wakeup.wait()
  }

  /// Nil once the loop has stopped.
  private func beginSleep(until due: MonotonicTime) -> (Promise<Bool>, Timers<Timer>.ID)? {
    if hasStopped { return nil }
    let wakeup = Promise<Bool>()
    return (wakeup, timers.add(.sleeper(wakeup), due: due))
  }

  // MARK: Sockets

  /// Watches a socket on behalf of its owner, which is kept alive until `detach`. False when the
  /// kernel has no room for another one.
  func attach(_ channel: any Channel, to socket: Int32, _ interest: Readiness) -> Bool {
    let index = Int(socket)
    while slots.count <= index { slots.append(Slot()) }
    slots[index].generation &+= 1
    guard poller.add(socket, token: token(socket), interest) else { return false }
    slots[index].channel = channel
    slots[index].interest = interest
    return true
  }

  func watch(_ socket: Int32, for interest: Readiness) {
    let index = Int(socket)
    guard slots[index].interest != interest else { return }
    slots[index].interest = interest
    poller.change(socket, token: token(socket), interest)
  }

  /// Must precede the socket's `close`: the number may be another socket's a moment later, and
  /// events that are already read name the old one.
  func detach(_ socket: Int32) {
    let index = Int(socket)
    slots[index].channel = nil
    slots[index].generation &+= 1
    poller.remove(socket)
  }

  private func token(_ socket: Int32) -> UInt64 {
    UInt64(slots[Int(socket)].generation) << 32 | UInt64(UInt32(bitPattern: socket))
  }

  // MARK: Timers

  func schedule(_ channel: any Channel, at time: MonotonicTime) -> Timers<Timer>.ID {
    timers.add(.channel(channel), due: time)
  }

  func cancel(_ timer: Timers<Timer>.ID) { _ = timers.remove(timer) }

  // MARK: The loop's turns, called by its executor

  func begin(wakeup: Int32) {
    self.wakeup = wakeup
    _ = attach(Wakeup(wakeup), to: wakeup, .read)
  }

  /// Waits, unless there is work, then lets the owners of the sockets that are ready act.
  func takeInput(mayWait: Bool) {
    // Under load, yield first so that other threads queue more events for one wait: a client then
    // seldom has to wake this thread. Not without load: another process would keep the core for
    // milliseconds.
    if mayWait, events.count >= Self.load { sched_yield() }
    takeEvents(milliseconds: mayWait ? timeout : 0)
    now = .now
  }

  /// The instant up to which timers are to ring now; nil when none is due.
  var ringTime: MonotonicTime? {
    guard let due = timers.nextDue, due <= now else { return nil }
    return .now
  }

  /// Whether the loop wakes up later for its next timer than a busy one ever does.
  var isHeldUp: Bool { timers.nextDue.map { now - $0 > Self.stall } ?? false }

  /// Lets those act whose time has come.
  func ring(upTo time: MonotonicTime) {
    while let timer = timers.popDue(time) {
      switch timer {
      case .channel(let channel): channel.due(on: self)
      case .sleeper(let wakeup): wakeup.fulfil(true)
      }
    }
  }

  /// Every socket that is ready now acts once: one wait reports a limited number, and after a signal
  /// or a stop none (epoll_wait(2), EINTR; signal(7), "Interruption of system calls and library
  /// functions by stop signals").
  /// - Returns: whether any was ready.
  func takeAllInput() -> Bool {
    var isComplete = takeEvents(milliseconds: 0)
    let hadInput = !events.isEmpty
    var rounds = 2 + slots.count / Poll.capacity
    while !isComplete, rounds > 0 {
      isComplete = takeEvents(milliseconds: 0)
      rounds -= 1
    }
    return hadInput
  }

  /// - Returns: whether all sockets that were ready have acted.
  @discardableResult
  private func takeEvents(milliseconds: Int32) -> Bool {
    events.removeAll(keepingCapacity: true)
    let isComplete = poller.wait(milliseconds: milliseconds, into: &events)
    now = .now
    for event in events {
      let slot = slots[Int(event.token & 0xFFFF_FFFF)]
      // An owner that acted before may have closed this socket.
      guard slot.generation == UInt32(event.token >> 32), let channel = slot.channel else {
        continue
      }
      channel.ready(event.readiness, on: self)
    }
    return isComplete
  }

  /// Milliseconds until the next timer, rounded up so that it is due then; -1 without one.
  private var timeout: Int32 {
    guard let due = timers.nextDue else { return -1 }
    let milliseconds = ((due - MonotonicTime.now).nanoseconds + 999_999) / 1_000_000
    return Int32(clamping: max(0, milliseconds))
  }
}

/// Ends a wait: takes what was written to wake the loop.
private final class Wakeup: Channel {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  func ready(_: Readiness, on loop: isolated EventLoop) {
    read(descriptor, loop.scratch.bytes.baseAddress, 64)
  }

  func due(on _: isolated EventLoop) {}
}

/// Room for one read, shared by all sockets of a loop.
final class Scratch {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

  deinit { bytes.deallocate() }
}
