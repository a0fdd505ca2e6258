import Comparison
import Shared

/// What the harness does when it started itself as a helper. Called first in `main`: for these
/// nothing else may happen before.
enum Subcommand: String {
  case trampoline = "pod-trampoline"
  case watcher

  /// Returns when the arguments name none of these, else never.
  static func run(_ arguments: [String]) {
    guard arguments.count > 1, let subcommand = Subcommand(rawValue: arguments[1]) else { return }
    switch subcommand {
    case .trampoline: Trampoline.run(Array(arguments.dropFirst(2)))
    case .watcher: Watcher.watch()
    }
  }

  /// The folder of the executable of this process.
  static var folder: String {
    let path = CommandLine.arguments[0]
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// The executable of this process, as long as it runs, even if a build replaces the file.
  static var harness: String {
    let running = "/proc/self/exe"
    return access(running, X_OK) == 0 ? running : CommandLine.arguments[0]
  }
}
