import Libc
import Testing

@testable import Shared

@Suite struct FileDescriptorTests {
  @Test func `more than a pipe holds is written whole, also where a write would block`()
    async throws
  {
    let pipe = try Pipe()
    _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
    let reader = pipe.onThread { $0.read(lines: 1) }
    let text = String(repeating: "x", count: 1 << 20)
    #expect(FileDescriptor.writeAll(Array("\(text)\n".utf8), to: pipe.writing))
    #expect(await reader.value == [text])
  }

  @Test func `a reader that is gone is a failure with its reason`() throws {
    let pipe = try Pipe()
    pipe.closeReading()
    #expect(!FileDescriptor.writeAll([1], to: pipe.writing))
    #expect(errno == EPIPE)
  }

  @Test func `nothing to write is written`() {
    #expect(FileDescriptor.writeAll([], to: -1))
  }
}
