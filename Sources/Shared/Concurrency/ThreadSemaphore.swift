import Libc

/// Counts signals, each of which lets one thread go on. For threads that have nothing else to do: a
/// task that waits here would hold up its loop.
///
/// A condition of the C library and not a semaphore of Dispatch, whose overlay brings the regular
/// expressions into each image.
///
/// `@unchecked Sendable`: the two are made before anything else can reach them and stay in their
/// place until the end; the count is reached only by the thread that holds the mutex.
package final class ThreadSemaphore: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var count = 0

  package init() {
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition.initialize(to: pthread_cond_t())
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func signal() {
    pthread_mutex_lock(mutex)
    count += 1
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits for a signal and takes it.
  package func wait() {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while count == 0 { pthread_cond_wait(condition, mutex) }
    count -= 1
  }

  /// Waits for a signal and takes it, for at most so long by the wall clock.
  /// - Returns: false when none came.
  package func wait(within time: Duration) -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    let nanoseconds = Int64(deadline.tv_nsec) + Int64(time / .nanoseconds(1))
    deadline.tv_sec += time_t(nanoseconds / 1_000_000_000)
    deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while count == 0 {
      guard pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
    }
    guard count > 0 else { return false }
    count -= 1
    return true
  }
}
