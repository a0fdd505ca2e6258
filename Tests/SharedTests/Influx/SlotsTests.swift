import Testing

@testable import Shared

@Suite struct SlotsTests {
  @Test func `no more than the slots are taken at a time, and who waits gets one in turn`() async {
    let loop = EventLoop()
    let slots = LoopBound(Slots(3), of: loop)
    let order = Record<Int>()
    let most = Record<Int>()
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<3000 {
        group.addTask(executorPreference: loop.executor) {
          await slots.with { slots, loop in
            await slots.take(on: loop)
            order.append(number)
            most.append(1)
            await Task.yield()
            most.append(-1)
            slots.giveBack()
          }
        }
      }
    }
    var (now, peak) = (0, 0)
    for step in most.values {
      now += step
      peak = max(peak, now)
    }
    #expect(peak == 3 && now == 0)
    #expect(Set(order.values).count == 3000)
    await loop.stop()
  }
}
