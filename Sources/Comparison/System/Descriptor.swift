import Libc
import Shared

/// Writing to a descriptor.
package enum Descriptor {
  /// Writes all bytes, also where a descriptor is non-blocking: another process may have made a
  /// terminal so for all that share it.
  /// - Returns: false when the other side has gone, or nothing more fits; `errno` says why.
  @discardableResult
  package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Libc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, 1000)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
