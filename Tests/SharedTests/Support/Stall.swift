import Libc

@testable import Shared

/// Stands for a process that is stopped, suspended or throttled: its thread does nothing meanwhile.
enum Stall {
  /// Blocks the calling thread.
  static func hold(_ time: Duration) {
    let end = MonotonicTime.now + time
    while case let left = end - .now, left > .zero { usleep(UInt32(left / .microseconds(1)) + 1) }
  }

  /// Blocks the loop's thread, from its next turn on, and calls `meanwhile` while it is blocked.
  /// - Returns: when the loop runs again.
  static func hold(
    _ loop: EventLoop, _ time: Duration, meanwhile body: @Sendable () async throws -> Void
  ) async rethrows {
    let (began, ended) = (Promise<Void>(), Promise<Void>())
    loop.executor.post { _ in
      began.fulfil()
      hold(time)
      ended.fulfil()
    }
    await began.wait()
    do { try await body() } catch {
      await ended.wait()
      throw error
    }
    await ended.wait()
  }
}
