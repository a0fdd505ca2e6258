import Testing

@testable import Shared

@Suite struct TimersTests {
  private func time(_ nanoseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  @Test func `what is due comes out in the order of its times`() {
    var timers = Timers<String>()
    for (name, due) in [("c", 30), ("a", 10), ("d", 40), ("b", 20)] {
      _ = timers.add(name, due: time(Int64(due)))
    }
    #expect(timers.popDue(time(5)) == nil)
    var order: [String] = []
    while let name = timers.popDue(time(30)) { order.append(name) }
    #expect(order == ["a", "b", "c"])
    #expect(timers.nextDue == time(40))
  }

  @Test func `what is due at the same time comes out in the order of its arrival`() {
    var timers = Timers<Int>()
    for number in 0..<100 { _ = timers.add(number, due: time(7)) }
    var order: [Int] = []
    while let number = timers.popDue(time(7)) { order.append(number) }
    #expect(order == Array(0..<100))
  }

  @Test func `what was taken out never comes due, and its name never means another`() {
    var timers = Timers<String>()
    let first = timers.add("first", due: time(1))
    #expect(timers.remove(first) == "first")
    #expect(timers.remove(first) == nil)
    _ = timers.add("second", due: time(2))
    #expect(timers.remove(first) == nil)
    #expect(timers.popDue(time(9)) == "second")
    #expect(timers.isEmpty)
  }

  @Test func `what is added while others come due can wait, though it is due`() {
    var timers = Timers<String>()
    _ = timers.add("first", due: time(1))
    _ = timers.add("second", due: time(2))
    let number = timers.added
    #expect(timers.popDue(time(9), ofFirst: number) == "first")
    _ = timers.add("again", due: time(3))
    #expect(timers.popDue(time(9), ofFirst: number) == "second")
    #expect(timers.popDue(time(9), ofFirst: number) == nil)
    #expect(timers.popDue(time(9)) == "again")
  }

  @Test func `any mix of additions and removals leaves the order right`() {
    var generator = SystemRandomNumberGenerator()
    var timers = Timers<Int64>()
    var waiting: [(Timers<Int64>.ID, Int64)] = []
    for _ in 0..<5_000 {
      if Bool.random(using: &generator) || waiting.isEmpty {
        let due = Int64.random(in: 0..<1_000, using: &generator)
        waiting.append((timers.add(due, due: time(due)), due))
      } else {
        let (id, due) = waiting.remove(at: Int.random(in: waiting.indices, using: &generator))
        #expect(timers.remove(id) == due)
      }
    }
    var order: [Int64] = []
    while let due = timers.popDue(time(1_000)) { order.append(due) }
    #expect(order == waiting.map(\.1).sorted())
  }
}
