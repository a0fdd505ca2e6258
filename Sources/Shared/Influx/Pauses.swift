/// Waits that can be ended early, all at once. Belongs to a loop.
final class Pauses {
  private var nextID = 0
  private var waiting: [Int: (timer: LoopTimer, continuation: CheckedContinuation<Void, Never>)] =
    [:]

  var count: Int { waiting.count }

  /// - Parameter time: nil waits until `endAll`.
  func pause(until time: MonotonicTime?, on loop: isolated EventLoop) async {
    let id = nextID
    nextID += 1
    let timer = LoopTimer()
    if let time {
      timer.set(at: time, on: loop) { [pauses = LoopBound(self, on: loop)] loop in
        pauses.get(on: loop).end(id)
      }
    }
    await withCheckedContinuation { waiting[id] = (timer, $0) }
  }

  private func end(_ id: Int) { waiting.removeValue(forKey: id)?.continuation.resume() }

  func endAll(on loop: isolated EventLoop) {
    let ended = waiting.values
    waiting = [:]
    for pause in ended {
      pause.timer.clear(on: loop)
      pause.continuation.resume()
    }
  }
}
