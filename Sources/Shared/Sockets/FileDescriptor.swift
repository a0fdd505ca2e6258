import Libc

/// A pipe, a terminal or a file, by its descriptor.
package enum FileDescriptor {
  /// Opens standard input, output and error on `/dev/null` where the process was started without
  /// them. The next socket would get the number, and what is written to standard output would go
  /// to its peer.
  static func openStandard() {
    for standard in STDIN_FILENO...STDERR_FILENO where fcntl(standard, F_GETFD) < 0 {
      // The kernel gives the lowest number that is free (open(2)): this one.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Writes all of it, in as many pieces as the kernel takes. Blocks the calling thread until then,
  /// also where the descriptor is non-blocking.
  /// - Returns: false when it cannot be written, because the reader is gone or the disk is full;
  ///   `errno` holds the reason.
  package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    write(bytes, to: descriptor) == bytes.count
  }

  /// As `writeAll`.
  /// - Returns: how many bytes were written; fewer than all after a failure.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = Platform.write(descriptor, piece.baseAddress, piece.count)
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0, errno == EAGAIN {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    return bytes.count - rest.count
  }

  /// As `writeAll(_:to:)` for an array.
  package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
  }
}
