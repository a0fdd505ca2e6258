import Libc
import Testing

@testable import Shared

/// The two ends of a pipe; the reading end does not block unless asked to.
struct Pipe: Sendable {
  let reading: Int32
  let writing: Int32

  init() throws {
    // A write to a pipe without a reader is an error to look at, not a signal.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    // Not for processes that other tests start: they would keep the ends open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeReading() { close(reading) }

  func readAvailable() -> String {
    var text: [UInt8] = []
    var request = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, 0) > 0 { text += readOnce() }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads on a thread of its own: one that blocks would be missing where tasks run.
  func onThread(_ read: @escaping @Sendable (Pipe) -> [String]) -> Task<[String], Never> {
    Task {
      await withCheckedContinuation { continuation in
        BackgroundThread.start { continuation.resume(returning: read(self)) }
      }
    }
  }

  func read(lines count: Int) -> [String] {
    var seen = 0
    return read { _ in
      seen += 1
      return seen == count
    }
  }

  /// Blocks until a line is the last one.
  func read(until isLast: (String) -> Bool) -> [String] {
    var lines: [String] = []
    var rest: [UInt8] = []
    while true {
      rest += readOnce()
      while let end = rest.firstIndex(of: 10) {
        lines.append(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
        if isLast(lines[lines.count - 1]) { return lines }
      }
    }
  }

  private func readOnce() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = readSome(reading, &bytes)
    return Array(bytes.prefix(max(0, count)))
  }
}

private func readSome(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
  read(descriptor, &bytes, bytes.count)
}
