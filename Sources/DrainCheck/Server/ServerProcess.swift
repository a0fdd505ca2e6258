import Comparison
import Shared

/// The process of the server under test, as the check acts on it. One thread at a time uses it.
package protocol ServerProcess: AnyObject {
  /// Sends a signal to its first process, as the kubelet does.
  func send(_ signal: Int32)
  /// Where its processes listen, as far as the system tells.
  var ports: [UInt16] { get }
  /// Stops all its processes, as when its CPU limit is used up: the kernel goes on completing
  /// handshakes and taking input.
  /// - Returns: false where that is not possible.
  func freeze() -> Bool
  /// Has a signal pending, and lets all its processes go on.
  func thaw(after signal: Int32)
  /// Blocks until its first process has ended; nil when it has not by the deadline.
  func exit(by deadline: MonotonicTime) -> ServerExit?
  /// What it wrote last, standard output and standard error together.
  var lastLines: [String] { get }
  /// The names of the processes that lived on when its first process had ended; nil when that was
  /// not looked at.
  var leftBehind: [String]? { get }
  /// Kills whatever is left of it, and returns once it is gone.
  func end()
}

/// How a server ended.
package struct ServerExit: Equatable, Sendable {
  /// The exit status, or 128 and the number of the signal.
  package let code: Int32
  package let instant: MonotonicTime

  package init(code: Int32, instant: MonotonicTime) {
    self.code = code
    self.instant = instant
  }
}

/// What starts the server's command.
package protocol ServerLauncher {
  /// Whether the command is PID 1 of a namespace, as in a container.
  var isPID1: Bool { get }
  /// - Parameter underInit: it is not PID 1 but the child of one, which sees what it leaves behind.
  /// - Throws: `CommandError` when no process can be had.
  func start(underInit: Bool) throws(CommandError) -> any ServerProcess
}
