import Testing

@testable import Shared

@Suite struct LoopBoundTests {
  private final class Counter {
    var count = 0
  }

  @Test func `a value is touched on its loop only, from wherever it is asked for`() async {
    let loop = EventLoop()
    let counter = await loop.perform { LoopBound(Counter(), on: $0) }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<200 {
            await counter.with { counter, loop in
              #expect(loop.executor.isCurrent)
              counter.count += 1
            }
          }
        }
      }
    }
    #expect(await counter.with { counter, _ in counter.count } == 1600)
    await loop.stop()
  }

  @Test func `a loop that was stopped still runs what comes late, and then lets go again`() async {
    let loop = EventLoop()
    let counter = await loop.perform { LoopBound(Counter(), on: $0) }
    await loop.stop()
    for _ in 0..<20 { await counter.with { counter, _ in counter.count += 1 } }
    #expect(await counter.with { counter, _ in counter.count } == 20)
  }

  @Test func `a loop that is not needed gives its descriptors back`() async throws {
    weak var gone: EventLoop?
    do {
      let loop = EventLoop()
      gone = loop
      await loop.stop()
    }
    let end = MonotonicTime.now + .seconds(10)
    while gone != nil, MonotonicTime.now < end { await Task.yield() }
    #expect(gone == nil)
  }
}
