import Libc
import Shared

/// A pipe whose ends do not survive `exec` and are none of the standard three, even when the
/// harness was started without those.
package struct Pipe: Sendable {
  package let reading: Int32
  package let writing: Int32

  /// - Throws: `CommandError` when there is no descriptor left.
  package init() throws(CommandError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Self.refusal }
    reading = fcntl(ends[0], F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
    writing = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
    let refusal = Self.refusal
    for end in ends { close(end) }
    guard reading >= 0, writing >= 0 else {
      for end in [reading, writing] where end >= 0 { close(end) }
      throw refusal
    }
  }

  private static var refusal: CommandError {
    CommandError(
      .osError,
      "no pipe for a pod: \(String(cString: strerror(errno))) (ulimit -n shows how many "
        + "descriptors are allowed)"
    )
  }

  package static func setNonBlocking(_ end: Int32) {
    _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
  }
}
