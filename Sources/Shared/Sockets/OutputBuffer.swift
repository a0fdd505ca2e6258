/// Output that the kernel has not taken yet.
///
/// In memory of its own: each append to an array would look for another owner. It is safe, since
/// this value cannot be copied and no other knows the memory; all accesses are within its bounds,
/// `..<end` of it is initialized, and `deinit` frees it.
struct OutputBuffer: ~Copyable {
  enum Flushed: Equatable {
    case done
    /// The kernel's buffer is full; `progress`: it took some bytes this time.
    case blocked(progress: Bool)
    case failed
  }

  /// Bytes of an empty buffer that are kept for the next message: no more than what a connection
  /// may hold without asking (`Limits.free`).
  static let kept = 1024
  private static let least = 256
  private var memory = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private var end = 0
  private var sent = 0

  deinit { memory.deallocate() }

  var count: Int { end - sent }
  var isEmpty: Bool { end == 0 }
  /// Bytes of memory held.
  var capacity: Int { memory.count }

  /// Lets `build` append bytes.
  /// - Parameter room: how many it appends at most.
  @inline(__always)
  mutating func append(upTo room: Int, _ build: (inout OutputSpan<UInt8>) -> Void) {
    if memory.count - end < room { makeRoom(for: room) }
    let free = UnsafeMutableBufferPointer(rebasing: memory[end...])
    var span = OutputSpan(buffer: free, initializedCount: 0)
    build(&span)
    end += span.finalize(for: free)
  }

  mutating func append(_ bytes: [UInt8]) {
    append(upTo: bytes.count) { $0.append(bytes) }
  }

  /// Drops what was sent: a stream may never be sent to its end.
  private mutating func makeRoom(for room: Int) {
    let waiting = UnsafeMutableBufferPointer(rebasing: memory[sent..<end])
    if sent >= count, memory.count - count >= room {
      // Moves no more bytes than were sent, so that the cost is proportional to the output.
      _ = memory.update(fromContentsOf: waiting)
    } else {
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(
        capacity: max(Self.least, 2 * count, count + room))
      _ = larger.initialize(fromContentsOf: waiting)
      memory.deallocate()
      memory = larger
    }
    end -= sent
    sent = 0
  }

  /// Writes until nothing is left or the kernel takes no more. Keeps a small buffer for the next
  /// message, and frees a large one.
  mutating func flush(to socket: Socket) -> Flushed {
    let before = sent
    while sent < end {
      let waiting = UnsafeMutableBufferPointer(rebasing: memory[sent..<end])
      switch socket.write(UnsafeRawBufferPointer(waiting)) {
      case .bytes(let count): sent += count
      case .wouldBlock: return .blocked(progress: sent > before)
      case .end, .failed: return .failed
      }
    }
    if memory.count > Self.kept {
      memory.deallocate()
      memory = UnsafeMutableBufferPointer(start: nil, count: 0)
    }
    end = 0
    sent = 0
    return .done
  }
}
