import Synchronization

/// Runs a loop's jobs on the loop's thread: serial executor of the `EventLoop` and of the actors
/// that share its thread, and task executor of the tasks that they start. A job that is enqueued on
/// the thread itself costs neither a lock nor a wake-up.
///
/// `@unchecked Sendable`: only the loop's thread touches `jobs` and `hasStopped` (`isCurrent`
/// guards each use); other threads touch only `inbox` and `owner`.
package final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// Work from another thread.
  private enum Work {
    case job(UnownedJob)
    case call(@Sendable (isolated EventLoop) -> Void)
  }

  private struct Inbox {
    var work: [Work] = []
    /// The loop looks into the inbox before it waits: only a loop that waits must be woken.
    var isWaiting = false
    /// Set when the thread of a stopped loop has ended. Later work is rare, but must not be lost: a
    /// new thread runs it.
    var ended: Ended?
  }

  private struct Ended {
    weak var loop: EventLoop?
  }

  private let inbox = Lock(Inbox())
  private let owner = Atomic<UInt>(0)
  /// Watched by the loop, which it wakes.
  let wakeup: Wakeup
  private var jobs: [UnownedJob] = []
  private var hasStopped = false

  /// - Throws: `SystemError` when the process has no descriptor left.
  init() throws(SystemError) { wakeup = try Wakeup(for: "an event loop") }

  deinit { wakeup.close() }

  /// Whether the caller is on the loop's thread.
  var isCurrent: Bool { owner.load(ordering: .relaxed) == Platform.currentThread }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      jobs.append(job)
    } else {
      post(.job(job))
    }
  }

  package func checkIsolated() {
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
    if let loop = ended?.loop {
      // Where there is no thread for it now, the next work starts one.
      if (try? loop.startThread()) == nil { inbox.withLock { $0.ended = ended } }
      return
    }
    if wasWaiting { wakeup.ring() }
  }

  /// The loop's thread, until `stop`. All of it is the loop's: whether it is need not be looked at
  /// for each call.
  func run(_ loop: EventLoop) {
    owner.store(Platform.currentThread, ordering: .relaxed)
    loop.assumeIsolated { turn(on: $0) }
  }

  /// In each turn input comes before timers.
  private func turn(on loop: isolated EventLoop) {
    while true {
      takePosted(on: loop)
      runJobs()
      let hasWork = inbox.withLock { inbox in
        let hasWork = !(inbox.work.isEmpty && jobs.isEmpty)
        inbox.isWaiting = !hasWork && !hasStopped
        return hasWork
      }
      if hasStopped {
        if hasWork || !hasEnded(Ended(loop: loop)) { continue }
        return
      }
      loop.takeInput(mayWait: !hasWork)
      inbox.withLock { $0.isWaiting = false }
      runJobs()
      ring(on: loop)
    }
  }

  /// Ends the thread, unless work has come meanwhile. A closure in `turn` that captured the loop
  /// would look at its isolation in each turn.
  private func hasEnded(_ ended: Ended) -> Bool {
    inbox.withLock { inbox in
      guard inbox.work.isEmpty, jobs.isEmpty else { return false }
      owner.store(0, ordering: .relaxed)
      inbox.ended = ended
      return true
    }
  }

  /// Rings the timers that are due, after the input that arrived before them.
  ///
  /// This thread may have been stopped, suspended or throttled between any two instructions, for
  /// longer than a deadline, and input that arrived meanwhile is in time. So each socket that is
  /// ready is read at an instant after the deadline, and its tasks run, before the deadline passes.
  /// After a longer stall this repeats while there is more input: a response may have to pass
  /// through several sockets of this process to the one whose deadline it meets.
  private func ring(on loop: isolated EventLoop) {
    guard let time = loop.ringTime else { return }
    var rounds = loop.isHeldUp ? 16 : 1
    while rounds > 0, loop.takeAllInput() {
      runJobs()
      rounds -= 1
    }
    loop.ring(upTo: time)
    runJobs()
  }

  /// Ends the thread once the work that is left has run. On the loop's thread only.
  func stop() {
    hasStopped = true
  }

  private func takePosted(on loop: isolated EventLoop) {
    let work = inbox.withLock { inbox in
      if inbox.work.isEmpty { return [Work]() }
      defer { inbox.work = [] }
      return inbox.work
    }
    for item in work {
      switch item {
      case .job(let job): jobs.append(job)
      case .call(let body): body(loop)
      }
    }
  }

  /// Runs jobs until there are none, at most a bounded number, so that input does not wait long.
  private func runJobs() {
    if jobs.isEmpty { return }
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
