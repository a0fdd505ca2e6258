import Testing

@testable import Shared

@Suite(.timeLimit(.minutes(4))) struct AlarmTests {
  @Test func `a ring that comes before the wait ends it, and only one`() async {
    let loop = EventLoop()
    let alarm = Alarm()
    alarm.ring()
    alarm.ring()
    await loop.perform { await alarm.wait(until: nil, on: $0) }
    await loop.perform { await alarm.wait(until: .now + .milliseconds(5), on: $0) }
    await loop.stop()
  }

  @Test func `no ring is lost, whenever it comes`() async {
    let loop = EventLoop()
    let alarm = Alarm()
    let news = Record<Int>()
    let reader = Task(executorPreference: loop.executor) {
      await loop.perform { loop in
        while news.values.count < 2_000 { await alarm.wait(until: nil, on: loop) }
      }
    }
    for number in 0..<2_000 {
      news.append(number)
      alarm.ring()
    }
    await reader.value
    await loop.stop()
  }
}
