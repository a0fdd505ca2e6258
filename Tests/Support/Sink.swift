import Libc

@testable import Shared

/// A file without a name, where a test lets something be written that is meant for standard error.
final class Sink: Sendable {
  let descriptor: Int32

  init() throws {
    guard let file = tmpfile() else { throw WireError.refused }
    defer { fclose(file) }
    descriptor = dup(fileno(file))
  }

  deinit { close(descriptor) }

  var lines: [String] {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  /// Of the operations in line protocol.
  var ids: [String] {
    lines.compactMap { $0.firstMatch(of: /^operation,.* id="([^"]*)"/).map { String($0.1) } }
  }
}
