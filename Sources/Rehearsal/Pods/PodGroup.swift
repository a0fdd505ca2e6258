import Comparison
import Libc
import Shared

/// All pods of a rehearsal: where their processes come from, and that none is left behind.
struct PodGroup: Sendable {
  private let harness: String
  private let pid1: PID1
  private let watcher: Watcher
  private let reaper: Reaper
  /// Stands in the environment of each pod: by it those are found that left the group.
  let mark: String?

  /// - Parameters:
  ///   - harness: the path of the executable that takes `Subcommand`s.
  ///   - mark: `NAME=value`, of this group only.
  /// - Throws: `CommandError` when a process or descriptor cannot be had.
  init(
    harness: String = OwnExecutable.path, pid1: PID1 = .emulated, mark: String? = nil
  ) throws(CommandError) {
    self.harness = harness
    self.pid1 = pid1
    self.mark = mark
    // Inherited as ignored it would have the kernel reap the pods, and their exit codes be lost.
    signal(SIGCHLD, SIG_DFL)
    watcher = try Watcher(harness: harness, mark: mark)
    do {
      reaper = try Reaper(group: watcher.group)
    } catch {
      watcher.release()
      throw error
    }
  }

  /// The watcher's process id, and that of the pods' process group.
  var id: pid_t { watcher.group }

  /// Readable when `takeExits()` has something to give. Non-blocking, close-on-exec.
  var descriptor: Int32 { reaper.descriptor }

  /// The exits since the last call, in order.
  func takeExits() -> [PodExit] { reaper.take() }

  /// Whether what ends the pods after the harness still lives. If not, the rehearsal has to end.
  var isWatched: Bool { reaper.isLeaderAlive }

  /// - Parameters:
  ///   - environment: all of it, as `NAME=value`.
  ///   - separatesErrors: whether standard error has a pipe of its own.
  func start(
    _ executable: String, _ arguments: [String] = [], environment: [String],
    separatesErrors: Bool = false
  ) throws(CommandError) -> PodProcess {
    try PodProcess(
      executable: executable, arguments: arguments,
      environment: environment + (mark.map { [$0] } ?? []),
      separatesErrors: separatesErrors, harness: harness, pid1: pid1,
      group: watcher.group, reaper: reaper)
  }

  /// Starts a command that is no pod's container, such as a probe's.
  /// - Throws: `CommandError` when there is no process left.
  func run(_ arguments: [String], environment: [String]) throws(CommandError) -> pid_t {
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { if null >= 0 { close(null) } }
    return try reaper.spawn(
      Launch(
        arguments: arguments, environment: environment, output: null >= 0 ? null : nil,
        group: watcher.group))
  }

  /// Kills a command that `run` started.
  func kill(_ pid: pid_t) { reaper.send(SIGKILL, to: pid) }

  /// Kills all, without waiting for their end.
  func kill() { watcher.release() }

  /// Kills what is left and waits until all have ended; says whether they did within the time. No
  /// pod can be started afterwards.
  func end(within time: Duration = .seconds(10)) -> Bool {
    watcher.release()
    reaper.killAll()  // in case the watcher was killed
    return reaper.waitUntilEmpty(within: time)
  }
}
