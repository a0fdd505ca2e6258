import Libc
import Shared

/// What this executable is started for. The first word of the command line names it; without one it
/// is a rehearsal.
enum Subcommand: String {
  case rehearse
  /// The rehearsal of a service of one's own.
  case deploy
  /// What `make bench` shows of the start.
  case startupTime = "startup-time"
  /// What it shows of the drain.
  case drainTime = "drain-time"
  /// How a server of any kind stops.
  case check
  /// By the harness itself, for each pod.
  case trampoline = "pod-trampoline"
  /// By the harness itself, to see what a server leaves behind.
  case podInit = "pod-init"
  /// By the harness itself, to lead the pods' process group.
  case watcher
  /// By the harness itself, to find out what the kernel allows.
  case pid1Check = "pid1-check"

  /// - Parameter arguments: the name of the program, then the words.
  /// - Returns: the subcommand, and the words that belong to it.
  static func parse(_ arguments: [String]) -> (Subcommand, words: [String]) {
    let words = Array(arguments.dropFirst())
    guard let named = words.first.flatMap({ Subcommand(rawValue: $0) }) else {
      return (.rehearse, words)
    }
    return (named, Array(words.dropFirst()))
  }
}

/// The executable of this process.
enum OwnExecutable {
  /// Its folder, where the steps' executables lie, too.
  static var folder: String {
    let path = CommandLine.arguments[0]
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// Its path, which leads to it for as long as this process runs, even if a build replaces the
  /// file.
  static var path: String {
    let running = "/proc/self/exe"
    return access(running, X_OK) == 0 ? running : CommandLine.arguments[0]
  }
}
