import Comparison
import Libc
import Shared
import Synchronization

/// Shows the board from a thread of its own, since writing to a terminal that is
/// stopped blocks.
final class Display: Sendable {
  private let board: Board
  private let screen: Lock<Screen>
  private let hasEnded = Atomic(false)
  private let began = MonotonicTime.now

  init(_ board: Board, isPlain: Bool) {
    self.board = board
    let screen = Screen(isPlain: isPlain)
    let interval = screen.interval
    self.screen = Lock(screen)
    BackgroundThread.start { [self] in
      while !hasEnded.load(ordering: .relaxed) {
        self.screen.withLock { screen in
          if !hasEnded.load(ordering: .relaxed) { screen.show(snapshot) }
        }
        var pause = timespec(
          tv_sec: Int(interval.components.seconds),
          tv_nsec: Int(interval.components.attoseconds / 1_000_000_000))
        nanosleep(&pause, nil)
      }
    }
  }

  /// Takes the picture away.
  func end() {
    hasEnded.store(true, ordering: .relaxed)
    screen.withLock { $0.clear() }
  }

  /// The same for a process that exits: it waits for no terminal that takes nothing any more.
  func abandon() {
    hasEnded.store(true, ordering: .relaxed)
    _ = screen.withLockIfAvailable { $0.clear() }
  }

  func print(_ lines: [String]) { screen.withLock { $0.print(lines) } }

  private var snapshot: LiveSnapshot {
    LiveSnapshot(elapsed: (MonotonicTime.now - began) / .seconds(1), rows: board.current)
  }
}
