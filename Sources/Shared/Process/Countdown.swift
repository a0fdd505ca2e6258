import Libc

/// Waits for a time that a thread of its own counts, so that neither a blocked event loop nor tasks
/// that block their threads can hold up a deadline.
enum Countdown {
  /// Suspends for a duration of the time in which the process runs (`RunningTime`). Cancellation
  /// ends it.
  /// - Returns: whether the time is over.
  static func wait(_ duration: Duration) async -> Bool {
    let isOver = Promise<Bool>()
    do throws(SystemError) {
      try BackgroundThread.tryStart { count(duration, isOver) }
    } catch {
      // No thread is left: the time is counted where tasks run.
      Task { isOver.fulfil((try? await RunningTime.sleep(for: duration)) != nil) }
    }
    return await isOver.wait(onCancel: false)
  }

  /// Blocks the calling thread until the time is over or nothing waits for it.
  private static func count(_ duration: Duration, _ isOver: Promise<Bool>) {
    var time = RunningTime(duration)
    while !isOver.isFulfilled, let slice = time.next {
      let began = MonotonicTime.now
      usleep(UInt32(clamping: slice.nanoseconds / 1000 + 1))
      time.slept(MonotonicTime.now - began)
    }
    isOver.fulfil(true)
  }
}
