import Synchronization

/// Runs a loop's jobs on the loop's thread: serial executor of the `EventLoop` and of every actor
/// that shares its thread, and task executor of what they start. A job that is enqueued on the
/// thread itself costs neither a lock nor a wake-up.
///
/// `@unchecked Sendable`: `jobs` and `hasStopped` are touched by the loop's thread only
/// (`isCurrent` is asked before each use); everything that other threads touch is in `inbox` and
/// `owner`.
public final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// What another thread left for this one.
  private enum Work {
    case job(UnownedJob)
    case call(@Sendable (isolated EventLoop) -> Void)
  }

  private struct Inbox {
    var work: [Work] = []
    /// The loop looks into the inbox before it waits: only a waiting one must be woken.
    var isWaiting = false
    /// Set when the thread of a stopped loop has ended. What comes then is rare, but must not be
    /// lost: it gets a thread for its time.
    var ended: Ended?
  }

  private struct Ended {
    weak var loop: EventLoop?
  }

  private let inbox = Mutex(Inbox())
  private let owner = Atomic<UInt>(0)
  private let wakeup = Platform.makeWakeup()
  private var jobs: [UnownedJob] = []
  private var hasStopped = false

  init() {
    precondition(wakeup.read >= 0, "no descriptor is left for an event loop")
  }

  deinit {
    close(wakeup.read)
    if wakeup.write != wakeup.read { close(wakeup.write) }
  }

  /// Whether the caller is on the loop's thread.
  var isCurrent: Bool { owner.load(ordering: .relaxed) == Platform.currentThread }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      jobs.append(job)
    } else {
      post(.job(job))
    }
  }

  public func checkIsolated() {
    precondition(isCurrent, "not on the loop's thread")
  }

  /// Calls `body` on the loop, after what was posted before it.
  func post(_ body: @escaping @Sendable (isolated EventLoop) -> Void) { post(.call(body)) }

  private func post(_ work: Work) {
    let (wasWaiting, ended) = inbox.withLock { inbox in
      inbox.work.append(work)
      defer {
        inbox.isWaiting = false
        inbox.ended = nil
      }
      return (inbox.isWaiting, inbox.ended)
    }
    if let loop = ended?.loop { return loop.startThread() }
    guard wasWaiting else { return }
    var one: UInt64 = 1
    write(wakeup.write, &one, 8)
  }

  /// The life of the loop's thread. Input comes before timers, and both before the wait for more.
  func run(_ loop: EventLoop) {
    owner.store(Platform.currentThread, ordering: .relaxed)
    if !hasStopped { loop.assumeIsolated { [wakeup] in $0.begin(wakeup: wakeup.read) } }
    while true {
      takePosted(loop)
      runJobs()
      let hasWork = inbox.withLock { inbox in
        let hasWork = !(inbox.work.isEmpty && jobs.isEmpty)
        inbox.isWaiting = !hasWork && !hasStopped
        if !hasWork, hasStopped {
          owner.store(0, ordering: .relaxed)
          inbox.ended = Ended(loop: loop)
        }
        return hasWork
      }
      if hasStopped {
        if hasWork { continue }
        return
      }
      loop.assumeIsolated { $0.takeInput(mayWait: !hasWork) }
      inbox.withLock { $0.isWaiting = false }
      runJobs()
      ring(loop)
    }
  }

  /// Lets due timers act, after the input that was there before them.
  ///
  /// This thread may have been stopped, suspended or throttled between any two instructions, for
  /// longer than a deadline, and what arrived meanwhile is in time. So every socket that is ready is
  /// read at an instant after the deadline, and its tasks run, before the deadline passes. After a
  /// longer stall this is repeated while it makes more input: an answer may have to pass through
  /// several sockets of this process to the one whose deadline it meets.
  private func ring(_ loop: EventLoop) {
    guard let time = loop.assumeIsolated({ $0.ringTime }) else { return }
    var rounds = loop.assumeIsolated({ $0.isHeldUp }) ? 16 : 1
    while rounds > 0, loop.assumeIsolated({ $0.takeAllInput() }) {
      runJobs()
      rounds -= 1
    }
    loop.assumeIsolated { $0.ring(upTo: time) }
    runJobs()
  }

  /// Runs what is left and ends the thread. On the loop's thread only.
  func stop() {
    hasStopped = true
  }

  private func takePosted(_ loop: EventLoop) {
    let work = inbox.withLock { inbox in
      defer { inbox.work.removeAll(keepingCapacity: inbox.work.capacity <= 1024) }
      return inbox.work
    }
    for item in work {
      switch item {
      case .job(let job): jobs.append(job)
      case .call(let body): loop.assumeIsolated { body($0) }
      }
    }
  }

  /// Until there are none, but input waits for a bounded number of them only.
  private func runJobs() {
    var index = 0
    while index < jobs.count {
      jobs[index].runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      index += 1
      if index == 4096 { break }
    }
    if index == jobs.count {
      jobs.removeAll(keepingCapacity: jobs.capacity <= 4096)
    } else {
      jobs.removeFirst(index)
    }
  }
}
