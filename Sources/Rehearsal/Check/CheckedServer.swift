import Comparison
import DrainCheck
import Libc
import Shared

/// The server under test as a pod's process.
final class CheckedServer: ServerProcess {
  private let group: PodGroup
  private let pid1: PID1
  private let process: PodProcess
  private let output: ServerOutput
  private let isUnderInit: Bool
  private var ended: ServerExit?
  private var frozen: [pid_t] = []

  /// - Parameter command: the path of the program, and its arguments.
  /// - Throws: `CommandError` when no process can be had.
  init(
    _ command: [String], environment: [String], in group: PodGroup, _ pid1: PID1, underInit: Bool
  ) throws(CommandError) {
    self.group = group
    self.pid1 = pid1
    isUnderInit = underInit
    let words = underInit ? PodInit.arguments(command) : command
    process = try group.start(
      words[0], Array(words.dropFirst()), environment: environment)
    output = ServerOutput(process.output)
  }

  func send(_ signal: Int32) { process.send(signal) }

  /// Without the trampoline of a namespace, which is none of the server's.
  private var pids: [pid_t] {
    (pid1 == .namespace ? [] : [process.pid]) + ProcessTree.descendants(of: process.pid)
  }

  var ports: [UInt16] { ListeningPorts.of(pids) }

  func freeze() -> Bool {
    let deadline = MonotonicTime.now + .seconds(1)
    frozen = pids
    for pid in frozen { kill(pid, SIGSTOP) }
    // The kernel tells only a parent that a process has stopped; this is not the parent of all of
    // them, so /proc is asked until it says so.
    while .now < deadline {
      let isComplete = frozen.allSatisfy {
        ProcessTree.isStopped($0) || ProcessTree.livingName($0) == nil
      }
      let new = pids.filter { !frozen.contains($0) }
      if isComplete, new.isEmpty { return !frozen.isEmpty }
      for pid in new { kill(pid, SIGSTOP) }
      frozen += new
      usleep(500)
    }
    for pid in frozen { kill(pid, SIGCONT) }
    return false
  }

  func thaw(after signal: Int32) {
    process.send(signal)
    // The trampoline passes it on. One that has no handler is dropped, and never seen. No event
    // tells that a signal is pending for another process; /proc/PID/status does.
    let deadline = MonotonicTime.now + .milliseconds(200)
    while let first = frozen.first, !ProcessTree.isPending(signal, for: first), .now < deadline {
      usleep(200)
    }
    for pid in frozen { kill(pid, SIGCONT) }
    frozen = []
  }

  func exit(by deadline: MonotonicTime) -> ServerExit? {
    while ended == nil {
      if let exit = group.takeExits().first(where: { $0.pid == process.pid }) {
        ended = ServerExit(code: exit.code, instant: exit.instant)
        break
      }
      let left = ((deadline - .now) / .milliseconds(1)).rounded(.up)
      guard left > 0 else { return nil }
      var waiting = pollfd(fd: group.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&waiting, 1, Int32(min(left, 60_000)))
    }
    return ended
  }

  var lastLines: [String] {
    if ended != nil { output.waitForEnd(within: .milliseconds(200)) }
    return output.lines.filter { !$0.hasPrefix(PodInit.report) }
  }

  var leftBehind: [String]? {
    guard isUnderInit else { return nil }
    output.waitForEnd(within: .seconds(2))
    return output.lines.last { $0.hasPrefix(PodInit.report) }.map {
      $0.dropFirst(PodInit.report.count).split(separator: " ").map(String.init)
    }
  }

  func end() {
    let all = pids
    process.send(SIGKILL)
    _ = exit(by: .now + .seconds(10))
    // Without a namespace, what it started lives on.
    guard pid1 == .emulated else { return }
    for pid in all where pid != process.pid { kill(pid, SIGKILL) }
    if let mark = group.mark { ProcessTree.killAll(marked: mark) }
  }
}
