import Testing

@testable import Shared
@testable import TestSupport

@Suite struct SemaphoreTests {
  @Test func `no more than the limit are under way at a time`() async {
    let loop = EventLoop()
    let semaphore = LoopBound(Semaphore(3), of: loop)
    let steps = Record<Int>()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<3000 {
        group.addTask(executorPreference: loop.executor) {
          await semaphore.with { semaphore, loop in
            await semaphore.take(on: loop)
            steps.append(1)
            await Task.yield()
            steps.append(-1)
            semaphore.giveBack()
          }
        }
      }
    }
    var (now, peak) = (0, 0)
    for step in steps.values {
      now += step
      peak = max(peak, now)
    }
    #expect(peak == 3 && now == 0 && steps.values.count == 6000)
    await loop.stop()
  }

  @Test func `tasks that wait go on in the order in which they came`() async {
    let loop = EventLoop()
    let semaphore = LoopBound(Semaphore(1), of: loop)
    let order = Record<Int>()
    await semaphore.with { semaphore, loop in await semaphore.take(on: loop) }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<3000 {
        group.addTask(executorPreference: loop.executor) {
          await semaphore.with { semaphore, loop in
            await semaphore.take(on: loop)
            order.append(number)
            semaphore.giveBack()
          }
        }
      }
      await semaphore.with { semaphore, _ in semaphore.giveBack() }
    }
    #expect(order.values == Array(0..<3000))
    await loop.stop()
  }
}
