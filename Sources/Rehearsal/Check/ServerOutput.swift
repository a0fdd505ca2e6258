import Libc
import Shared

/// Reads what a server writes, so that it never waits for a reader, and keeps the last of it.
final class ServerOutput: Sendable {
  private static let kept = 16_384
  private let bytes = Lock<[UInt8]>([])
  private let end = ThreadSemaphore()

  /// - Parameter descriptor: non-blocking; it is closed at its end.
  init(_ descriptor: Int32) {
    BackgroundThread.start { self.read(descriptor) }
  }

  var lines: [String] {
    String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Returns once all has been read that was written, or the time is over.
  func waitForEnd(within time: Duration) {
    // The signal stays for the next that waits.
    if end.wait(within: time) { end.signal() }
  }

  private func read(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Libc.read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes.withLock { bytes in
          bytes += buffer[..<count]
          if bytes.count > 2 * Self.kept { bytes.removeFirst(bytes.count - Self.kept) }
        }
      } else if count < 0, errno == EAGAIN || errno == EINTR {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, -1)
      } else {
        break
      }
    }
    close(descriptor)
    end.signal()
  }
}
