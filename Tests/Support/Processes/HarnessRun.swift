import Libc
import Shared
import Synchronization

@testable import Comparison
@testable import Rehearsal

extension BuiltHarness {
  /// Where the built steps lie, too.
  static let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/")
}

/// One run of the built harness, as from a shell.
struct HarnessRun: Sendable {
  let code: Int32
  /// Standard output and standard error together.
  let output: String

  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// The exit status of one whose output is not read.
  static func unread(_ words: [String]) async throws -> Int32 {
    let pipe = try Pipe()
    close(pipe.reading)
    defer { close(pipe.writing) }
    let pid = try Launch(
      arguments: [BuiltHarness.path] + words, environment: ["TERM=dumb"], output: pipe.writing,
      group: 0
    ).spawn()
    return await withCheckedContinuation { continuation in
      BackgroundThread.start {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        continuation.resume(returning: WaitStatus.code(status))
      }
    }
  }

  /// - Parameters:
  ///   - program: which of the built executables, or another one by its path.
  ///   - environment: besides a terminal that cannot move its cursor.
  ///   - watch: called with all output so far whenever there is more.
  static func run(
    _ words: [String], of program: String = "Rehearsal", environment: [String] = [],
    watch: @escaping @Sendable (String, pid_t) -> Void = { _, _ in }
  ) async throws -> HarnessRun {
    let pipe = try Pipe()
    let launch = Launch(
      arguments: [program.hasPrefix("/") ? program : "\(BuiltHarness.folder)/\(program)"] + words,
      environment: ["TERM=dumb"] + environment, output: pipe.writing, group: 0)
    let pid = try launch.spawn()
    close(pipe.writing)
    return await withCheckedContinuation { continuation in
      // A thread of its own: the tests' few must not be blocked.
      BackgroundThread.start {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
          let count = read(pipe.reading, &buffer, buffer.count)
          if count <= 0 { break }
          text += buffer[..<count]
          watch(String(decoding: text, as: UTF8.self), pid)
        }
        close(pipe.reading)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        continuation.resume(
          returning: HarnessRun(
            code: WaitStatus.code(status), output: String(decoding: text, as: UTF8.self)))
      }
    }
  }
}

/// A folder for the time of a test.
final class TemporaryFolder: Sendable {
  static let repository = String(Repository.root.dropLast())

  let path = "/tmp/rehearsal-test-\(getpid())-\(UInt32.random(in: 0...(.max)))"

  /// Not by Foundation, which opens a file without O_CLOEXEC: a process that starts meanwhile would
  /// keep it open, and then the kernel does not execute it (ETXTBSY).
  /// - Parameter mode: 0o755 for what is to be executed.
  func write(_ text: String, to name: String, mode: mode_t = 0o644) throws {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    defer { close(descriptor) }
    guard descriptor >= 0, Descriptor.write(Array(text.utf8), to: descriptor) else {
      throw CommandError.cannotCreate("\(file): \(String(cString: strerror(errno)))")
    }
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Files.bytes(of: path), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
