import Libc
import Shared

/// Reads what a server writes, so that it never waits for a reader, and keeps the last of it.
final class ServerOutput: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var hasEnded = false
  }

  private static let kept = 16_384
  private let state = Lock(State())

  /// - Parameter descriptor: non-blocking; it is closed at its end.
  init(_ descriptor: Int32) {
    BackgroundThread.start { self.read(descriptor) }
  }

  var lines: [String] {
    state.withLock { state in
      String(decoding: state.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  /// Returns once all has been read that was written, or the time is over.
  func waitForEnd(within time: Duration) {
    let deadline = MonotonicTime.now + time
    while !state.withLock(\.hasEnded), .now < deadline { usleep(1000) }
  }

  private func read(_ descriptor: Int32) {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = Libc.read(descriptor, &buffer, buffer.count)
      if count > 0 {
        state.withLock { state in
          state.bytes += buffer[..<count]
          if state.bytes.count > 2 * Self.kept {
            state.bytes.removeFirst(state.bytes.count - Self.kept)
          }
        }
      } else if count < 0, errno == EAGAIN || errno == EINTR {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, -1)
      } else {
        break
      }
    }
    close(descriptor)
    state.withLock { $0.hasEnded = true }
  }
}
