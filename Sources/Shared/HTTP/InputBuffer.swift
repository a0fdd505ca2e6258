import Libc

/// Bytes that were received and not parsed yet.
struct InputBuffer: Sendable {
  enum Line: Equatable {
    /// The line's end has not arrived.
    case incomplete
    /// The line is longer than allowed, whether or not its end has arrived.
    case tooLong
    /// A CR or LF that is not part of a CRLF (RFC 9112 section 2.2).
    case broken
    /// The line's place in `bytes`, without its CRLF; valid until more is appended.
    case found(Range<Int>)
  }

  private(set) var bytes: [UInt8] = []
  private(set) var start = 0
  /// No line ends before this offset.
  private var searched = 0

  var count: Int { bytes.count - start }
  var capacity: Int { bytes.capacity }
  var isEmpty: Bool { start == bytes.count }

  /// The unread byte at a distance from the first one; nil when it has not arrived.
  subscript(ahead: Int) -> UInt8? { start + ahead < bytes.count ? bytes[start + ahead] : nil }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    if start > 0, isEmpty {
      reset()
    } else if start >= 4096, start >= count {
      // Moves fewer bytes than were consumed, so that the cost is proportional to the input.
      bytes.removeSubrange(..<start)
      searched = max(0, searched - start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Drops what was read, and frees a large buffer: most connections are idle most of the time.
  mutating func reset() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= Limits.free)
    start = 0
    searched = 0
  }

  mutating func consume(_ count: Int) { start += count }

  /// Drops what was read, and makes room for so many bytes at once: growing step by step would take
  /// up to twice as much.
  mutating func reserve(_ count: Int) {
    bytes.removeSubrange(..<start)
    searched = max(0, searched - start)
    start = 0
    bytes.reserveCapacity(count)
  }

  /// Whether the unread bytes begin with these.
  func hasPrefix(_ prefix: StaticString) -> Bool {
    bytes.withUnsafeBufferPointer {
      Grammar.hasPrefix(UnsafeBufferPointer(rebasing: $0[start...]), prefix)
    }
  }

  /// Takes the next line. The first CR or LF decides, so the result depends on the bytes and not on
  /// how they arrived.
  /// - Parameter limit: bytes of a line without its CRLF, at most.
  mutating func nextLine(limit: Int) -> Line {
    let first = max(searched, start)
    let start = start
    let (line, end): (Line, Int) = bytes.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress, first < all.count else { return (.incomplete, all.count) }
      let lineFeed = memchr(base + first, Int32(Grammar.lineFeed), all.count - first)
        .map { UnsafeRawPointer(base).distance(to: UnsafeRawPointer($0)) }
      let end = lineFeed ?? all.count
      let carriageReturn = memchr(base + first, Int32(Grammar.carriageReturn), end - first)
        .map { UnsafeRawPointer(base).distance(to: UnsafeRawPointer($0)) }
      if (carriageReturn ?? end) - start > limit { return (.tooLong, first) }
      guard let carriageReturn else { return (lineFeed == nil ? .incomplete : .broken, end) }
      guard carriageReturn + 1 == end else { return (.broken, end) }
      return lineFeed == nil ? (.incomplete, carriageReturn) : (.found(start..<carriageReturn), end)
    }
    searched = end
    if case .found = line { self.start = end + 1 }
    return line
  }
}
