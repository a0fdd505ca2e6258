import Libc
import Shared

/// Reading files whole.
package enum Files {
  /// The content of a file.
  /// - Throws: `CommandError` (66).
  package static func bytes(of path: String) throws(CommandError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .noInput(
        FileManager.default.fileExists(atPath: path)
          ? "\(path): cannot be read" : "\(path): no such file"
      )
    }
    return Array(data)
  }
}

extension Files {
  /// What standard input holds, to its end.
  /// - Throws: `CommandError` (66).
  package static func standardInput() throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(STDIN_FILENO, &buffer, buffer.count), count != 0 {
      guard count > 0 else {
        if errno == EINTR { continue }
        throw .noInput("standard input: \(String(cString: strerror(errno)))")
      }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
