import Testing

@testable import Shared
@testable import TestSupport

@Suite(.tags(.alone), .timeLimit(.minutes(4))) struct PromiseTests {
  @Test func `a value that comes before the wait ends it at once`() async {
    let promise = Promise<Int>()
    promise.fulfil(7)
    #expect(await promise.wait() == 7)
  }

  @Test func `all tasks that wait get the value`() async {
    let promise = Promise<Int>()
    let values = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<100 { group.addTask { await promise.wait() } }
      promise.fulfil(7)
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(values == Array(repeating: 7, count: 100))
  }

  @Test func `the first value counts, and the others are told`() async {
    let promise = Promise<Int>()
    #expect(promise.fulfil(1))
    #expect(!promise.fulfil(2))
    #expect(await promise.wait() == 1)
  }

  @Test func `cancellation gives the value when it comes first, also before the wait`() async {
    let promise = Promise<Int>()
    let waiting = Task {
      while !Task.isCancelled { await Task.yield() }
      return await promise.wait(onCancel: 0)
    }
    waiting.cancel()
    #expect(await waiting.value == 0)
    #expect(!promise.fulfil(7))
  }

  @Test func `cancellation after the value changes nothing`() async {
    let promise = Promise<Int>()
    promise.fulfil(7)
    let waiting = Task { await promise.wait(onCancel: 0) }
    waiting.cancel()
    #expect(await waiting.value == 7)
  }

  /// Value, cancellation and wait meet on different threads, without any order between them.
  @Test func `whatever comes first, each of 20,000 waits ends`() async {
    let ended = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20_000 {
        let promise = Promise<Bool>()
        group.addTask {
          let waiting = Task { await promise.wait(onCancel: false) }
          if number % 3 == 0 { waiting.cancel() } else { promise.fulfil(true) }
          return await waiting.value == (number % 3 != 0)
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(ended == 20_000)
  }
}
