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

  /// What a folder holds, in no order, `.` and `..` too; nothing where there is no such folder.
  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
            String(cString: $0)
          }
        })
    }
    return names
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
