import Comparison
import Libc
import Shared

/// What a helper does about descriptors that are not its own.
enum Descriptors {
  /// Closes all but the standard three. The harness's own are close-on-exec; these come from the
  /// process that started the harness. A socket that stays open in a pod hides its FIN from the
  /// other side.
  static func closeInherited() {
    // One of them read the folder, and is closed by now.
    for descriptor in Files.names(in: "/dev/fd").compactMap({ Int32($0) })
    where descriptor > STDERR_FILENO { close(descriptor) }
  }
}
