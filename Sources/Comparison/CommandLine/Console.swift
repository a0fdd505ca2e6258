import Libc
import Shared

/// Standard output and standard error, line by line and at once. A reader that goes away is no
/// reason to stop: a cluster may have to be left clean, and results are in files.
package enum Console {
  package static func line(_ text: String) { lines([text]) }

  package static func lines(_ lines: [String]) {
    Descriptor.write(Array(lines.map { "\($0)\n" }.joined().utf8), to: STDOUT_FILENO)
  }

  package static func error(_ text: String) {
    Descriptor.write(Array("\(text)\n".utf8), to: STDERR_FILENO)
  }
}

extension CommandError {
  /// Ends the process.
  package func exit() -> Never {
    Console.error(message)
    Libc.exit(status.rawValue)
  }
}
