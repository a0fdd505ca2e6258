import Testing

@testable import Shared

@Suite(.timeLimit(.minutes(4))) struct ThreadSemaphoreTests {
  @Test func `each signal lets one thread go on, also one that came before`() throws {
    let (semaphore, back) = (ThreadSemaphore(), ThreadSemaphore())
    for _ in 0..<2 { semaphore.signal() }
    for _ in 0..<4 {
      try BackgroundThread.tryStart {
        semaphore.wait()
        back.signal()
      }
    }
    for _ in 0..<2 { back.wait() }
    for _ in 0..<2 { semaphore.signal() }
    for _ in 0..<2 { back.wait() }
    #expect(!semaphore.wait(within: .zero))
  }

  @Test func `a wait ends without a signal when its time is over`() {
    let semaphore = ThreadSemaphore()
    #expect(!semaphore.wait(within: .zero))
    semaphore.signal()
    #expect(semaphore.wait(within: .seconds(60)))
    #expect(!semaphore.wait(within: .zero))
  }
}
