import Libc
import Shared

/// The working copy in which a harness runs.
package enum WorkingCopy {
  private static let programs = ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"]

  /// What `git describe --always --dirty` says; nil where there is no git or no working copy.
  /// Blocks for as long as git takes; to be called before any process is started that others wait
  /// for.
  package static func commit() -> String? {
    guard let git = programs.first(where: { access($0, X_OK) == 0 }), let pipe = try? Pipe() else {
      return nil
    }
    defer { close(pipe.reading) }
    let home = getenv("HOME").map { "HOME=\(String(cString: $0))" }
    let launch = Launch(
      arguments: [git, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
      environment: [home].compactMap(\.self), output: pipe.writing, group: 0)
    let pid = try? launch.spawn()
    close(pipe.writing)
    guard let pid else { return nil }
    var said: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while case let count = read(pipe.reading, &buffer, buffer.count), count != 0 {
      guard count > 0 else { if errno == EINTR { continue } else { break } }
      said += buffer[..<count]
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let line = String(decoding: said.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return status == 0 && !line.isEmpty ? line : nil
  }
}
