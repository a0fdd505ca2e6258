import Libc

/// The owner of a socket or timer on a loop. The loop calls it on its thread, and never from within
/// another of its calls.
protocol Channel: AnyObject {
  /// The socket is ready.
  func ready(_ readiness: Readiness, on loop: isolated EventLoop)
  /// The timer is due.
  func due(on loop: isolated EventLoop)
}

/// One thread that waits for sockets and timers, and runs the code that belongs to them. Code on
/// the loop must not block: it would hold up all connections of the loop.
///
/// Everything on a loop is isolated to it: functions take `isolated EventLoop`, and so do request
/// handlers, which therefore run here without a hop. An actor whose executor is the loop's shares
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

  package nonisolated let executor: LoopExecutor
  /// The loop's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// From so many events of a turn on, the loop is under load.
  private static let load = 4
  /// A loop that wakes up later than this for a timer was stopped or throttled.
  private static let stall = Duration.milliseconds(100)

  private let poller: any Poller
  private var hasStopped = false
  private var timers = Timers<Timer>()
  private var slots: [Slot]
  private var events: [PollEvent] = []
  private var courtesy = Courtesy()

  /// When the loop last woke up: all events of one turn happen at one instant.
  private(set) var now = MonotonicTime.now
  /// Where sockets are read into; its bytes are valid during one call.
  let scratch = Scratch()

  /// Starts the loop's thread, which lives until `stop()`. Ends the process with one line and exit
  /// status 71 (`EX_OSERR`) when it has no descriptor or thread left.
  package init(poller kind: PollerKind = .epoll) {
    do throws(SystemError) {
      try self.init(trying: kind)
    } catch {
      ExitCode.osError.exit("\(error)")
    }
  }

  /// Starts the loop's thread, which lives until `stop()`.
  /// - Throws: `SystemError` when the process has no descriptor or thread left.
  package init(trying kind: PollerKind) throws(SystemError) {
    executor = try LoopExecutor()
    poller = kind == .epoll ? try Epoll() : PollSet()
    let wakeup = executor.wakeup
    var slots = [Slot](repeating: Slot(), count: Int(wakeup.reading) + 1)
    slots[Int(wakeup.reading)] = Slot(channel: WakeupChannel(wakeup), interest: .read)
    // Before there is a thread: nothing could ever wake it.
    guard poller.add(wakeup.reading, token: UInt64(wakeup.reading), .read) else {
      throw SystemError(what: "cannot watch what wakes an event loop", errno: errno)
    }
    self.slots = slots
    try startThread()
  }

  nonisolated func startThread() throws(SystemError) {
    try BackgroundThread.tryStart { [self] in executor.run(self) }
  }

  /// Wakes every sleeper with `CancellationError`, runs what is ready to run, and ends the thread.
  /// No task can sleep on the loop afterwards.
  package func stop() {
    while let timer = timers.popDue(.distantFuture) {
      if case .sleeper(let wakeup) = timer { wakeup.fulfil(false) }
    }
    hasStopped = true
    executor.stop()
  }

  /// Suspends the calling task for a duration, rounded up to a millisecond, without blocking the
  /// loop.
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

  /// Watches a socket for its owner, and keeps the owner alive until `detach`.
  /// - Returns: false when the kernel cannot watch another socket.
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

  /// Stops watching. Must precede the socket's `close`: another socket may get its number a moment
  /// later, and events that are already read refer to the old one.
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

  /// Waits, unless there is work, then calls the owners of the sockets that are ready.
  func takeInput(mayWait: Bool) {
    if mayWait, events.count >= Self.load { courtesy.yield() }
    takeEvents(milliseconds: mayWait ? timeout : 0)
    now = .now
  }

  /// The instant up to which timers are due now; nil when none is.
  var ringTime: MonotonicTime? {
    guard let due = timers.nextDue, due <= now else { return nil }
    return .now
  }

  /// Whether the loop woke up later for its next timer than a busy loop would.
  var isHeldUp: Bool {
    guard let due = timers.nextDue else { return false }
    return now - due > Self.stall
  }

  /// Calls the owners of the timers that are due, and wakes the tasks. What these set anew waits
  /// for the next turn, also when it is due: sockets have their turn before.
  func ring(upTo time: MonotonicTime) {
    let number = timers.added
    while let timer = timers.popDue(time, ofFirst: number) {
      switch timer {
      case .channel(let channel): channel.due(on: self)
      case .sleeper(let wakeup): wakeup.fulfil(true)
      }
    }
  }

  /// Calls the owner of each socket that is ready now once. One wait reports a limited number of
  /// sockets, and after a signal or a stop none (epoll_wait(2), EINTR; signal(7), "Interruption of
  /// system calls and library functions by stop signals").
  /// - Returns: whether a socket was ready.
  func takeAllInput() -> Bool {
    var isComplete = takeEvents(milliseconds: 0)
    let hadInput = !events.isEmpty
    var rounds = 2 + slots.count / PollEvent.perWait
    while !isComplete, rounds > 0 {
      isComplete = takeEvents(milliseconds: 0)
      rounds -= 1
    }
    return hadInput
  }

  /// - Returns: whether the owners of all sockets that were ready have been called.
  @discardableResult
  private func takeEvents(milliseconds: Int32) -> Bool {
    events.removeAll(keepingCapacity: true)
    let isComplete = poller.wait(milliseconds: milliseconds, into: &events)
    now = .now
    for event in events {
      let index = Int(event.token & 0xFFFF_FFFF)
      // An owner that was called before may have closed this socket.
      guard slots[index].generation == UInt32(event.token >> 32), let channel = slots[index].channel
      else { continue }
      channel.ready(event.readiness, on: self)
    }
    return isComplete
  }

  /// Milliseconds until the next timer, rounded up so that it is due then; -1 without one.
  private var timeout: Int32 {
    guard let due = timers.nextDue else { return -1 }
    let now = MonotonicTime.now
    return due > now ? Int32(clamping: (due.nanoseconds - now.nanoseconds - 1) / 1_000_000 + 1) : 0
  }
}

/// Takes the rings that woke the loop.
private final class WakeupChannel: Channel {
  private let wakeup: Wakeup

  init(_ wakeup: Wakeup) { self.wakeup = wakeup }

  func ready(_: Readiness, on _: isolated EventLoop) { _ = wakeup.take() }

  func due(on _: isolated EventLoop) {}
}
