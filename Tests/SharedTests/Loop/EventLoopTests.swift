import Testing

@testable import Shared

@Suite struct EventLoopTests {
  private func with<Result: Sendable>(
    _ kind: PollerKind, _ body: @Sendable (EventLoop) async throws -> Result
  ) async rethrows -> Result {
    let loop = EventLoop(poller: kind)
    do {
      let result = try await body(loop)
      await loop.stop()
      return result
    } catch {
      await loop.stop()
      throw error
    }
  }

  @Test(arguments: Platform.pollers)
  func `sleepers wake in the order of their times, not of their calls`(kind: PollerKind)
    async throws
  {
    let order = try await with(kind) { loop in
      let order = Record<Int>()
      let began = MonotonicTime.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in [3, 1, 2] {
          group.addTask {
            try await loop.sleep(for: began + .milliseconds(number * 300) - .now)
            order.append(number)
          }
        }
        try await group.waitForAll()
      }
      return order.values
    }
    #expect(order == [1, 2, 3])
  }

  @Test func `a sleeper whose task is cancelled wakes at once with an error`() async throws {
    await with(.epoll) { loop in
      let sleeper = Task { try await loop.sleep(for: .seconds(60)) }
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
  }

  @Test func `stopping wakes every sleeper with an error`() async throws {
    let loop = EventLoop()
    let sleeper = Task { try await loop.sleep(for: .seconds(60)) }
    await loop.stop()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
  }

  @Test func `a task and its child tasks run on the loop's thread without a hop`() async throws {
    await with(.epoll) { loop in
      await loop.perform { loop in
        #expect(loop.executor.isCurrent)
        let child = Task(executorPreference: loop.executor) {
          @Sendable [executor = loop.executor] in
          async let grandchild = executor.isCurrent
          return await (executor.isCurrent, grandchild)
        }
        let (here, there) = await child.value
        #expect(here && there)
      }
    }
  }

  @Test func `what other threads post runs in the order of its posting`() async throws {
    let order = await with(.epoll) { loop in
      let order = Record<Int>()
      for number in 0..<1000 { loop.executor.post { _ in order.append(number) } }
      await loop.perform { _ in }
      return order.values
    }
    #expect(order == Array(0..<1000))
  }
}
