import Libc
import Shared

/// Reading files whole.
package enum Files {
  /// The content of a file, to its end: also of a pipe, and of those in `/proc`, which give only
  /// part of it with each read(2).
  /// - Throws: `CommandError` (66).
  package static func bytes(of path: String) throws(CommandError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .noInput("\(path): \(errno == ENOENT ? "no such file" : "cannot be read")")
    }
    defer { close(descriptor) }
    guard let bytes = rest(of: descriptor) else { throw .noInput("\(path): cannot be read") }
    return bytes
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
    guard let bytes = rest(of: STDIN_FILENO) else {
      throw .noInput("standard input: \(String(cString: strerror(errno)))")
    }
    return bytes
  }

  /// Nil when a read fails; `errno` says why.
  private static func rest(of descriptor: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(descriptor, &buffer, buffer.count), count != 0 {
      guard count > 0 else {
        if errno == EINTR { continue }
        return nil
      }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
