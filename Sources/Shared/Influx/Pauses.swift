/// Waits that can be ended early, all at once. Belongs to a loop.
final class Pauses {
  private var nextID = 0
  private var waiting: [Int: (timer: LoopTimer, end: Promise<Void>)] = [:]

  var count: Int { waiting.count }

  /// Begins a wait, for the caller to await. It is registered when this returns: an `endAll` between
  /// the caller's last look at what it waits for and its suspension ends it, too.
  /// - Parameter time: nil waits until `endAll`.
  func begin(until time: MonotonicTime?, on loop: isolated EventLoop) -> Promise<Void> {
    let id = nextID
    nextID += 1
    let pause = (timer: LoopTimer(), end: Promise<Void>())
    waiting[id] = pause
    if let time {
      let pauses = LoopBound(self, on: loop)
      pause.timer.set(at: time, on: loop) { loop in pauses.get(on: loop).end(id) }
    }
    return pause.end
  }

  private func end(_ id: Int) { waiting.removeValue(forKey: id)?.end.fulfil() }

  func endAll(on loop: isolated EventLoop) {
    let ended = waiting.values
    waiting = [:]
    for pause in ended {
      pause.timer.clear(on: loop)
      pause.end.fulfil()
    }
  }
}
