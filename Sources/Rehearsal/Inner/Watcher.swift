import Comparison
import Libc
import Shared

/// The process that leads the pods' process group and takes it along when the harness is gone,
/// however it went: it reads a pipe whose other end only the harness holds, and at its end kills
/// the group. Since the group is not the terminal's, Ctrl-C reaches the harness and no pod.
struct Watcher: Sendable {
  /// What a terminal or a shell sends. The watcher ends with the harness, not before.
  private static let blocked = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU]

  /// The watcher's process, and the group's id.
  let group: pid_t
  private let lifeline: Lifeline

  /// - Parameters:
  ///   - harness: the path of this executable.
  ///   - mark: what has this in its environment is killed with the group, also in a group or
  ///     session of its own.
  /// - Throws: `CommandError` when it cannot be started.
  init(harness: String, mark: String? = nil) throws(CommandError) {
    let pipe = try Pipe()
    defer { close(pipe.reading) }
    do {
      group = try Launch(
        arguments: [harness, Subcommand.watcher.rawValue] + (mark.map { [$0] } ?? []),
        input: pipe.reading, group: 0, blocked: Self.blocked
      ).spawn()
    } catch {
      close(pipe.writing)
      throw error
    }
    lifeline = Lifeline(pipe.writing)
  }

  /// Has the whole group killed.
  func release() { lifeline.cut() }

  /// The watcher's side.
  /// - Parameter words: the mark, if there is one.
  static func watch(_ words: [String]) -> Never {
    // Started by hand it does not lead a group, and the one it would kill is a stranger's.
    guard getpgrp() == getpid() else { _exit(ExitCode.usage.rawValue) }
    Descriptors.closeInherited()
    var byte: UInt8 = 0
    while true {
      let count = read(STDIN_FILENO, &byte, 1)
      if count > 0 || (count < 0 && errno == EINTR) { continue }
      if let mark = words.first { ProcessTree.killAll(marked: mark) }
      kill(0, SIGKILL)
      _exit(0)
    }
  }
}

/// The end of a pipe that is closed once, by the first call.
private final class Lifeline: Sendable {
  private let descriptor: Lock<Int32?>

  init(_ descriptor: Int32) { self.descriptor = Lock(descriptor) }

  func cut() {
    descriptor.withLock { descriptor in
      if let open = descriptor { close(open) }
      descriptor = nil
    }
  }
}
