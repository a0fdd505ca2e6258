import Shared

/// Ends before the results. Whatever still runs, the pods' watchers end.
enum Interruption {
  /// As a shell shows a program that Ctrl-C ended.
  static func exit() -> Never { exit("interrupted: nothing was counted, nothing is left running", status: 130) }

  static func exit(_ refusal: Refusal) -> Never { exit(refusal.message, status: refusal.status) }

  private static func exit(_ line: String, status: Int32) -> Never {
    let bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Shared.exit(status)
  }
}
