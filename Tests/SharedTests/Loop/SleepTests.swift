import Testing

@testable import Shared
@testable import TestSupport

/// Due times, cancellations and continuations in any order: every sleep ends.
@Suite(.tags(.alone), .timeLimit(.minutes(5))) struct SleepTests {
  private struct Ends: Sendable {
    var slept = 0
    var cancelled = 0
  }

  /// 10,000 tasks sleep ten times each, for 0 to 5 ms; a third of them are cancelled at random
  /// moments.
  private func sleepALot(on loop: EventLoop) async -> Ends {
    await withTaskGroup(of: Ends.self) { group in
      for number in 0..<10_000 {
        group.addTask {
          let sleeper = Task {
            var ends = Ends()
            for _ in 0..<10 {
              do {
                try await loop.sleep(for: .microseconds(.random(in: 0...5_000)))
                ends.slept += 1
              } catch {
                ends.cancelled += 1
              }
            }
            return ends
          }
          if number % 3 == 0 {
            for _ in 0..<Int.random(in: 0...200) { await Task.yield() }
            sleeper.cancel()
          }
          return await sleeper.value
        }
      }
      return await group.reduce(into: Ends()) {
        $0.slept += $1.slept
        $0.cancelled += $1.cancelled
      }
    }
  }

  @Test(arguments: Platform.pollers)
  func `each of 100,000 sleeps ends, also when it is cancelled`(kind: PollerKind) async {
    let loop = EventLoop(poller: kind)
    let ends = await sleepALot(on: loop)
    #expect(ends.slept + ends.cancelled == 100_000)
    #expect(ends.slept > 50_000)
    await loop.stop()
  }

  @Test func `each of 100,000 sleeps ends while the loop is held up again and again`() async {
    let loop = EventLoop()
    let stalls = Task {
      while !Task.isCancelled {
        await loop.perform { _ in Stall.hold(.milliseconds(200)) }
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    let ends = await sleepALot(on: loop)
    stalls.cancel()
    #expect(ends.slept + ends.cancelled == 100_000)
    await stalls.value
    await loop.stop()
  }

  @Test func `tasks without a preference for the loop wake, however many begin at a time`() async {
    let loop = EventLoop()
    for count in [1_023, 1_024, 1_400, 5_000] {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<count {
          group.addTask { try? await loop.sleep(for: .milliseconds(100) * number / count) }
        }
      }
    }
    await loop.stop()
  }

  @Test func `a pause ends at its time, and when the loop stops`() async {
    let loop = EventLoop()
    let began = MonotonicTime.now
    await loop.pause(until: began + .milliseconds(5))
    #expect(MonotonicTime.now >= began + .milliseconds(5))
    let pausing = Task { await loop.pause(until: .now + .seconds(3600)) }
    await Task.yield()
    await loop.stop()
    await pausing.value
  }
}
