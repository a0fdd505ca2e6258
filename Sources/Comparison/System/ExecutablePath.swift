import Libc
import Shared

/// Where the program of a command line lies.
package enum ExecutablePath {
  /// As execvp(3) finds it: by itself when it holds a slash, else in the folders of `PATH`.
  package static func find(_ name: String) -> String? {
    guard !name.contains("/") else { return access(name, X_OK) == 0 ? name : nil }
    let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
