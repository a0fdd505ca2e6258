import Comparison
import Libc
import Shared

/// How a pod's process ended.
struct PodExit: Equatable, Sendable {
  let pid: pid_t
  /// The exit status, or 128 and the number of the signal that ended it, as Kubernetes shows it:
  /// 137 after SIGKILL.
  let code: Int32
  let instant: MonotonicTime
}

/// Learns when processes of one process group end, and of no other: a thread waits for the group,
/// and a descriptor is readable when there is news.
///
/// Processes are started, signalled and reaped under one lock, so that a signal never goes to a
/// process id that has passed to a stranger.
final class Reaper: Sendable {
  private struct State {
    var living: Set<pid_t> = []
    var exits: [PodExit] = []
    var isLeaderAlive = true
    var isClosed = false
  }

  /// Readable when `take()` has something to give; at its end when the group is empty and its
  /// leader gone. Non-blocking.
  let descriptor: Int32
  private let notices: Int32
  private let group: pid_t
  private let state = Lock(State())

  /// - Parameter group: a process group whose leader is a child of this process.
  /// - Throws: `CommandError` when there is no descriptor left.
  init(group: pid_t) throws(CommandError) {
    let pipe = try Pipe()
    descriptor = pipe.reading
    notices = pipe.writing
    self.group = group
    Pipe.setNonBlocking(descriptor)
    Pipe.setNonBlocking(notices)
    BackgroundThread.start { self.wait() }
  }

  deinit { close(descriptor) }

  /// Starts a process of the group.
  /// - Throws: `CommandError` without a leader, and after `killAll`.
  func spawn(_ launch: Launch) throws(CommandError) -> pid_t {
    try state.withLock { state throws(CommandError) in
      guard !state.isClosed else {
        throw CommandError(.software, "the pods' group has been ended; no pod can be started in it")
      }
      guard state.isLeaderAlive else {
        throw CommandError(
          .software, "the pods' watcher has ended; no pod can be started without it")
      }
      let pid = try launch.spawn()
      state.living.insert(pid)
      return pid
    }
  }

  /// Sends a signal, if the process still lives.
  func send(_ signal: Int32, to pid: pid_t) {
    state.withLock { state in
      if state.living.contains(pid) { kill(pid, signal) }
    }
  }

  /// Kills whatever was started and still lives, and lets nothing start any more: a leader that has
  /// been killed keeps the group open until it is reaped, and a process that came into it then
  /// would outlive the harness.
  func killAll() {
    state.withLock { state in
      state.isClosed = true
      for pid in state.living { kill(pid, SIGKILL) }
    }
  }

  /// The exits since the last call, in order.
  func take() -> [PodExit] {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
    return state.withLock { state in
      defer { state.exits = [] }
      return state.exits
    }
  }

  /// Whether the leader lives. Without it nothing would end the pods after the harness.
  var isLeaderAlive: Bool { state.withLock(\.isLeaderAlive) }

  /// Blocks until the group is empty and its leader gone; says whether that came within the time.
  /// The exits remain to be taken.
  func waitUntilEmpty(within time: Duration) -> Bool {
    let end = MonotonicTime.now + time
    var bytes = [UInt8](repeating: 0, count: 64)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      if count == 0 { return true }
      if count > 0 || errno == EINTR { continue }
      let left = (end - .now) / .milliseconds(1)
      guard left > 0 else { return false }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&waiting, 1, Int32(min(left.rounded(.up), 60_000)))
    }
  }

  private func wait() {
    while true {
      var info = siginfo_t()
      // Only waits: the process keeps its id until it is reaped under the lock.
      if waitid(P_PGID, id_t(group), &info, WEXITED | WNOWAIT) == 0 {
        reap(at: .now)
      } else if errno != EINTR {
        break  // ECHILD: the group is empty
      }
    }
    close(notices)
  }

  private func reap(at now: MonotonicTime) {
    state.withLock { state in
      var status: Int32 = 0
      while case let pid = waitpid(-group, &status, WNOHANG), pid > 0 {
        if pid == group {
          state.isLeaderAlive = false
        } else {
          state.living.remove(pid)
          state.exits.append(PodExit(pid: pid, code: WaitStatus.code(status), instant: now))
        }
      }
    }
    var byte: UInt8 = 0
    _ = write(notices, &byte, 1)  // a full pipe is news enough
  }
}
