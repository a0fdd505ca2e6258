import Libc
import Testing

@testable import Shared

@Suite struct BackgroundThreadTests {
  @Test func `a thread takes the signals of its own faults, and no others`() async {
    let blocked: [Int32] = await withCheckedContinuation { continuation in
      BackgroundThread.start {
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        continuation.resume(returning: (1...31).filter { sigismember(&mask, $0) == 1 })
      }
    }
    #expect(blocked.contains(SIGTERM) && blocked.contains(SIGINT) && blocked.contains(SIGPIPE))
    #expect(BackgroundThread.faults.filter { blocked.contains($0) } == [])
  }
}
