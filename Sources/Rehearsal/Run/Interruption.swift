import Shared
import Synchronization

/// The way out before the results: leaves no pod, says why in one line, and exits. Whoever comes first gives the reason.
final class Interruption: Sendable {
  private let groups: [PodGroup]
  private let display: Display
  private let hasBegun = Atomic(false)

  init(_ groups: [PodGroup], _ display: Display) {
    self.groups = groups
    self.display = display
  }

  /// As a shell shows a program that Ctrl-C ended.
  func exit() -> Never { exit(Refusal(message: "interrupted: nothing was counted, nothing is left running", status: 130)) }

  func exit(_ refusal: Refusal) -> Never {
    while hasBegun.exchange(true, ordering: .relaxed) { pause() }
    // All at once, then one after the other; in any case the watchers see to it when this process is gone.
    for group in groups { group.kill() }
    for group in groups { _ = group.end(within: .seconds(2)) }
    display.abandon()
    refusal.exit()
  }
}

extension Refusal {
  func exit() -> Never {
    let line = Array("\(message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Shared.exit(status)
  }
}
