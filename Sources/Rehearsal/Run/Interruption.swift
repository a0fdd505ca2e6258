import Comparison
import Shared
import Synchronization

/// The way out before the results: leaves no pod and no database, says why in one line, and exits.
/// The first call gives the reason.
final class Interruption: Sendable {
  private let groups: [PodGroup]
  private let databases: RowDatabases
  private let display: Display
  private let hasBegun = Atomic(false)

  init(_ groups: [PodGroup], _ databases: RowDatabases, _ display: Display) {
    self.groups = groups
    self.databases = databases
    self.display = display
  }

  /// As a shell shows a program that Ctrl-C ended.
  func exit() async -> Never {
    await exit(
      CommandError(.interrupted, "interrupted: nothing was counted, nothing is left running"))
  }

  /// - Parameter last: what there is to show before the line.
  func exit(_ refusal: CommandError, after last: @Sendable () -> Void = {}) async -> Never {
    // Waits without blocking a thread: the first caller may need it.
    while hasBegun.exchange(true, ordering: .relaxed) { try? await Task.sleep(for: .seconds(1)) }
    // All at once, then one after the other; in any case the watchers see to it when this process
    // is gone.
    for group in groups { group.kill() }
    for group in groups { _ = group.end(within: .seconds(2)) }
    display.abandon()
    last()
    let left = await databases.drop()
    if left.isEmpty { refusal.exit() }
    CommandError(
      refusal.status, "\(refusal.message); InfluxDB may still have \(left.joined(separator: ", "))"
    ).exit()
  }
}
