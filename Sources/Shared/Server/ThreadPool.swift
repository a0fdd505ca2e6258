/// Threads for handlers that block: each runs one job at a time, is made when all others are busy,
/// and ends after some idle seconds. Beyond the limit jobs wait.
final class ThreadPool: TaskExecutor, Sendable {
  private struct State {
    var jobs: [UnownedJob] = []
    var threads = 0
    /// Threads that wait, and have not been told of a job.
    var idle = 0
  }

  private static let idleSeconds = 5

  private let limit: Int
  private let state = Lock(State())
  private let work = ThreadSemaphore()

  init(limit: Int) { self.limit = limit }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      if state.idle > 0 {
        state.idle -= 1
        work.signal()
        return false
      }
      guard state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    guard needsThread else { return }
    do throws(SystemError) {
      try BackgroundThread.tryStart { [self] in run() }
    } catch {
      // Another thread takes the job; where there is none, this one does.
      let isAlone = state.withLock { state in
        state.threads -= 1
        return state.threads == 0
      }
      if isAlone { while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) } }
    }
  }

  private func next() -> UnownedJob? {
    state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
  }

  private func run() {
    while true {
      while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
      let mustWait = state.withLock { state in
        if !state.jobs.isEmpty { return false }
        state.idle += 1
        return true
      }
      guard mustWait, !work.wait(within: .seconds(Self.idleSeconds)) else { continue }
      // A job may have come at the same moment: then its signal is on the way.
      let ends = state.withLock { state in
        guard state.idle > 0 else { return false }
        state.idle -= 1
        state.threads -= 1
        return true
      }
      if ends { return }
      work.wait()
    }
  }
}
