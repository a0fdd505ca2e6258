/// Limits how many things are under way at a time; tasks beyond the limit wait, and go on in the
/// order in which they came. Belongs to a loop.
final class Semaphore {
  private var free: Int
  private var waiting: [Promise<Void>] = []
  /// Those before it have had their turn.
  private var head = 0

  init(_ limit: Int) { free = limit }

  /// Returns when a place is free, and takes it.
  func take(on loop: isolated EventLoop) async {
    if free > 0 {
      free -= 1
      return
    }
    let turn = Promise<Void>()
    waiting.append(turn)
    await turn.wait()
  }

  /// Gives a place back: to the task that has waited longest, if there is one.
  func giveBack() {
    guard head < waiting.count else {
      free += 1
      return
    }
    waiting[head].fulfil()
    head += 1
    if head == waiting.count || head > 1024 {
      waiting.removeFirst(head)
      head = 0
    }
  }
}
