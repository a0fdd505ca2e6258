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

  /// How a command line without a program is mended: what its first word may have been meant for.
  package static func advice(_ command: [String]) -> String {
    if command.contains(where: { word in word.contains { "|&;<>$".contains($0) } }) {
      return "No shell runs it; name one: run='sh -c \"exec …\"'"
    }
    if let first = command.first, first.contains("="), !first.contains("/") {
      return "Variables have a knob of their own: env='\(first)'"
    }
    return "Give its path, or a name that PATH finds"
  }
}
