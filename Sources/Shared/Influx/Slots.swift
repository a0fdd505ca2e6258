/// A number of things that may be under way at a time; the others wait in the order in which they
/// came. Belongs to a loop.
final class Slots {
  private var free: Int
  private var waiting: [Promise<Void>] = []
  /// Those before it have had their turn.
  private var head = 0

  init(_ count: Int) { free = count }

  func take(on loop: isolated EventLoop) async {
    if free > 0 {
      free -= 1
      return
    }
    let turn = Promise<Void>()
    waiting.append(turn)
    await turn.wait()
  }

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
