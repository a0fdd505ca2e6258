import Comparison
import Testing

@testable import Shared
@testable import TestSupport

@Suite struct BatchQueueTests {
  private let start = MonotonicTime(nanoseconds: 0)
  private func at(_ seconds: Int64) -> MonotonicTime { start + .seconds(seconds) }

  /// Batches of 3, after 30 s, of 7 in all.
  private func queue(_ elements: [Int] = []) -> BatchQueue<Int> {
    var queue = BatchQueue<Int>(batch: 3, interval: .seconds(30), capacity: 7)
    for element in elements { _ = queue.append(element, at: start) }
    return queue
  }

  @Test func `an empty queue waits for an element`() {
    var queue = queue()
    #expect(queue.next(at: start) == .wait(until: nil))
    #expect(queue.append(1, at: at(5)) == .due)
    #expect(queue.next(at: at(5)) == .wait(until: at(35)))
  }

  @Test func `a full batch is due at once`() {
    var queue = queue([1])
    #expect(queue.append(2, at: start) == .kept)
    #expect(queue.append(3, at: start) == .due)
    #expect(queue.next(at: start) == .write([1, 2, 3]))
  }

  @Test func `a partial batch is due when its first element has waited long enough`() {
    var queue = queue([1])
    _ = queue.append(2, at: at(29))
    #expect(queue.next(at: at(29)) == .wait(until: at(30)))
    #expect(queue.next(at: at(30)) == .write([1, 2]))
  }

  @Test func `while one batch is written the next one fills`() {
    var queue = queue([1, 2, 3])
    #expect(queue.next(at: start) == .write([1, 2, 3]))
    #expect([4, 5, 6, 7].map { queue.append($0, at: at(1)) } == [.kept, .kept, .kept, .kept])
    #expect(queue.next(at: at(1)) == .wait(until: nil))
    queue.stored()
    #expect(queue.next(at: at(1)) == .write([4, 5, 6]))
    queue.stored()
    #expect(queue.next(at: at(1)) == .wait(until: at(31)))
  }

  @Test func `a batch that failed is written again, before what came later`() {
    var queue = queue([1, 2, 3])
    _ = queue.next(at: start)
    _ = queue.append(4, at: at(1))
    queue.failed()
    #expect(queue.next(at: at(1)) == .write([1, 2, 3]))
  }

  @Test func `a batch that is rejected is handed back, and does not stop the next`() {
    var queue = queue([1, 2, 3, 4, 5, 6])
    _ = queue.next(at: start)
    #expect(queue.rejected() == [1, 2, 3])
    #expect(queue.next(at: start) == .write([4, 5, 6]))
  }

  @Test func `what is being written takes room, too`() {
    var queue = queue([1, 2, 3, 4, 5, 6])
    _ = queue.next(at: start)
    #expect(queue.append(7, at: start) == .kept)
    #expect(queue.append(8, at: start) == .full)
    queue.stored()
    #expect(queue.append(8, at: start) == .kept)
  }

  @Test func `a flush writes what there is, and ends when nothing is left`() {
    var queue = queue([1, 2, 3, 4])
    queue.flush()
    #expect(queue.next(at: start) == .write([1, 2, 3]))
    queue.stored()
    #expect(queue.next(at: start) == .write([4]))
    #expect(queue.append(5, at: start) == .kept)
    queue.stored()
    #expect(queue.next(at: start) == .write([5]))
    queue.stored()
    #expect(queue.next(at: start) == .finished)
  }

  @Test func `a queue that is closed hands back everything, the batch under way included`() {
    var queue = queue([1, 2, 3, 4])
    _ = queue.next(at: start)
    #expect(queue.close() == [1, 2, 3, 4])
    queue.stored()
    #expect(queue.next(at: start) == .finished)
  }

  @Test func `whatever happens, each element leaves once and in order`() {
    for seed in 1...200 {
      var random = SplitMix64(seed: UInt64(seed))
      var queue = BatchQueue<Int>(batch: 3, interval: .seconds(30), capacity: 7)
      var (next, time, left, writing) = (0, Int64(0), [Int](), [Int]())
      for _ in 0..<200 {
        time += Int64.random(in: 0...20, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0...2: if queue.append(next, at: at(time)) != .full { next += 1 }
        case 3: if case .write(let batch) = queue.next(at: at(time)) { writing = batch }
        case 4:
          queue.stored()
          left += writing
          writing = []
        default:
          queue.failed()
          writing = []
        }
      }
      left += queue.close()
      #expect(left == Array(0..<next))
    }
  }
}
