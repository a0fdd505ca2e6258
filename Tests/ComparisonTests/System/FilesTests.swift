import Libc
import Shared
import Testing

@testable import Comparison
@testable import TestSupport

@Suite struct FilesTests {
  private let folder = TemporaryFolder()

  @Test func `a pipe is read to its end, however it is written`() async throws {
    try folder.write("", to: "other")
    let path = "\(folder.path)/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    let (first, rest) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 200_000))
    BackgroundThread.start {
      let descriptor = open(path, O_WRONLY)
      Descriptor.write(first, to: descriptor)
      // The reader has taken the first part: a read that is shorter than its room is not the end.
      var waiting: CInt = 1
      while waiting > 0, ioctl(descriptor, UInt(FIONREAD), &waiting) == 0 { sched_yield() }
      Descriptor.write(rest, to: descriptor)
      close(descriptor)
    }
    #expect(try Files.bytes(of: path) == first + rest)
  }

  @Test func `a file that is not there is told from one that cannot be read`() throws {
    let error = #expect(throws: CommandError.self) { try Files.bytes(of: "\(folder.path)/none") }
    #expect(error?.message == "\(folder.path)/none: no such file")
    try folder.write("", to: "other")
    let other = #expect(throws: CommandError.self) { try Files.bytes(of: folder.path) }
    #expect(other?.message == "\(folder.path): cannot be read")
  }
}
