import Shared

/// What is said to whoever called, line by line and at once.
package enum Say {
  package static func line(_ text: String) { put("\(text)\n", to: STDOUT_FILENO) }
  package static func lines(_ lines: [String]) {
    put(lines.map { "\($0)\n" }.joined(), to: STDOUT_FILENO)
  }
  package static func error(_ text: String) { put("\(text)\n", to: STDERR_FILENO) }

  /// A reader that went away is no reason to stop: there is a cluster to be left clean.
  private static func put(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      sent += max(0, count)
    }
  }
}
