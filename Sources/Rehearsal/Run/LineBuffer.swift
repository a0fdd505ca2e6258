import Comparison
import Libc
import Shared

/// Finds the few lines of a pod's output that the harness reads, and holds no more than one line of
/// it.
struct LineBuffer {
  /// A line of more bytes is none of those that are looked for.
  static let limit = 4096
  private static let marks = [Array("msg=listening".utf8), Array("msg=stopped".utf8)]
  /// An operation in line protocol.
  private static let start = Array("operation,".utf8)
  private var rest: [UInt8] = []

  /// The line has more bytes than that already.
  private var isTooLong = false

  mutating func append(_ bytes: UnsafeRawBufferPointer, _ found: (String) -> Void) {
    var remaining = bytes[...]
    while let end = remaining.firstIndex(of: UInt8(ascii: "\n")) {
      let line = UnsafeRawBufferPointer(rebasing: remaining[..<end])
      remaining = remaining[(end + 1)...]
      // Requests are the most of a log.
      if rest.isEmpty, !isTooLong {
        if Self.isMarked(line) { found(String(decoding: line, as: UTF8.self)) }
        continue
      }
      rest += line
      if !isTooLong, rest.withUnsafeBytes(Self.isMarked) {
        found(String(decoding: rest, as: UTF8.self))
      }
      rest.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    isTooLong = isTooLong || rest.count + remaining.count > Self.limit
    if isTooLong { rest.removeAll() } else { rest += remaining }
  }

  /// Whether one of the marks stands within the first bytes, where the message is.
  private static func isMarked(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let start = line.baseAddress else { return false }
    if line.count > Self.start.count, memcmp(start, Self.start, Self.start.count) == 0 {
      return true
    }
    let head = min(line.count, 80)
    return marks.contains { mark in
      stride(from: 0, through: head - mark.count, by: 1).contains {
        memcmp(start + $0, mark, mark.count) == 0
      }
    }
  }
}
