import Comparison
import Libc
import Shared

/// What a helper does about descriptors that are not its own.
enum Descriptors {
  /// Closes all but the standard three. The harness's own are close-on-exec; these come from the
  /// process that started the harness. A socket that stays open in a pod hides its FIN from the
  /// other side.
  static func closeInherited() {
    guard let directory = opendir("/dev/fd") else { return }
    let own = dirfd(directory)
    var found: [Int32] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
          String(cString: $0)
        }
      }
      if let descriptor = Int32(name), descriptor > STDERR_FILENO, descriptor != own {
        found.append(descriptor)
      }
    }
    closedir(directory)
    for descriptor in found { close(descriptor) }
  }
}
