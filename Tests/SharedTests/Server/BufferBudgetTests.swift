import Testing

@testable import Shared
@testable import TestSupport

@Suite struct BufferBudgetTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func settle(
    _ budget: BufferBudget, _ share: inout BufferBudget.Share, need: Int = 0, held: Int = 0,
    other: Int = 0, at time: MonotonicTime? = nil, makeRoom: @escaping @Sendable () -> Void = {}
  ) {
    budget.settle(
      &share, BufferBudget.Demand(need: need, held: held, other: other), at: time ?? start
    ) { makeRoom }
  }

  @Test func `a request takes room for all of it, or for what has arrived`() {
    let budget = BufferBudget(100)
    var (first, second) = (BufferBudget.Share(), BufferBudget.Share())
    settle(budget, &first, need: 80, held: 5)
    #expect(first.isGranted && budget.taken == 80)
    settle(budget, &second, need: 30, held: 10)
    #expect(!second.isGranted && second.isShort && budget.taken == 90)
    settle(budget, &first)
    #expect(!first.isGranted && first.isEmpty && budget.taken == 10)
    settle(budget, &second, need: 30, held: 10)
    #expect(second.isGranted && budget.taken == 30)
    budget.release(&second)
    #expect(budget.taken == 0)
  }

  @Test func `output counts, whatever is left`() {
    let budget = BufferBudget(100)
    var share = BufferBudget.Share()
    settle(budget, &share, other: 250)
    #expect(budget.isUsedUp && budget.taken == 250)
    budget.release(&share)
    #expect(!budget.isUsedUp && budget.taken == 0)
  }

  @Test func `what a handler still has stays taken, and can make no room`() {
    let budget = BufferBudget(100)
    let told = Record<String>()
    var share = BufferBudget.Share()
    settle(budget, &share, other: 90) { told.append("gone") }
    budget.release(&share, but: 60)
    #expect(budget.taken == 60)
    budget.relieve(at: start + .seconds(9))
    #expect(told.values == [])
    budget.release(&share)
    #expect(budget.taken == 0)
  }

  @Test func `the holder that began first makes room, once, and not in its first second`() {
    let budget = BufferBudget(100)
    let told = Record<String>()
    var (old, young) = (BufferBudget.Share(), BufferBudget.Share())
    settle(budget, &young, need: 10, at: start + .milliseconds(500)) { told.append("young") }
    settle(budget, &old, need: 10, at: start) { told.append("old") }
    budget.relieve(at: start + .milliseconds(999))
    #expect(told.values == [])
    budget.relieve(at: start + .seconds(1))
    budget.relieve(at: start + .seconds(1))
    #expect(told.values == ["old"])
    budget.release(&old)
    budget.relieve(at: start + .seconds(2))
    #expect(told.values == ["old", "young"])
  }

  @Test func `a request that waits itself makes room only when nothing else does`() {
    let budget = BufferBudget(100)
    let told = Record<String>()
    var (waiting, granted) = (BufferBudget.Share(), BufferBudget.Share())
    settle(budget, &granted, need: 90, at: start + .milliseconds(500)) { told.append("granted") }
    settle(budget, &waiting, need: 50, held: 5, at: start) { told.append("waiting") }
    budget.relieve(at: start + .seconds(2))
    budget.relieve(at: start + .seconds(2))
    #expect(told.values == ["granted"])
    budget.release(&granted)
    budget.relieve(at: start + .seconds(2))
    #expect(told.values == ["granted", "waiting"])
  }

  @Test func `a holder that cannot make room lets another one, and is asked again later`() {
    let budget = BufferBudget(100)
    let told = Record<String>()
    var (serving, other) = (BufferBudget.Share(), BufferBudget.Share())
    let ask: @Sendable () -> Void = { told.append("serving") }
    settle(budget, &serving, other: 60, at: start, makeRoom: ask)
    settle(budget, &other, need: 10, at: start + .milliseconds(1)) { told.append("other") }
    budget.relieve(at: start + .seconds(2))
    budget.stays(&serving)
    #expect(budget.taken == 70)
    budget.relieve(at: start + .seconds(2))
    #expect(told.values == ["serving", "other"])
    budget.release(&other)
    settle(budget, &serving, other: 50, at: start + .seconds(3), makeRoom: ask)
    budget.relieve(at: start + .seconds(4))
    #expect(told.values == ["serving", "other", "serving"])
  }

  @Test func `a holder that gave all back is left alone`() {
    let budget = BufferBudget(100)
    let told = Record<String>()
    var share = BufferBudget.Share()
    settle(budget, &share, need: 10) { told.append("gone") }
    settle(budget, &share)
    budget.relieve(at: start + .seconds(9))
    #expect(told.values == [])
  }
}
