/// Output that the kernel has not taken yet.
struct OutputBuffer {
  enum Flushed: Equatable {
    case done
    /// The kernel's buffer is full; `progress`: it took some bytes this time.
    case blocked(progress: Bool)
    case failed
  }

  /// Bytes of an empty buffer that are kept for the next message.
  private static let kept = 2048
  private var bytes: [UInt8] = []
  private var sent = 0

  var count: Int { bytes.count - sent }
  var isEmpty: Bool { bytes.isEmpty }
  /// Bytes of memory held.
  var capacity: Int { bytes.capacity }

  /// Lets `build` append bytes. What was sent takes no memory for long: a stream may never be sent
  /// to its end.
  mutating func append(_ build: (inout [UInt8]) -> Void) {
    if sent >= 4096, sent >= count {
      bytes.removeSubrange(..<sent)
      sent = 0
    }
    build(&bytes)
  }

  /// Writes until nothing is left or the kernel takes no more. Keeps a small buffer for the next
  /// message, and frees a large one.
  mutating func flush(to socket: Socket) -> Flushed {
    let before = sent
    while sent < bytes.count {
      let transfer = bytes.withUnsafeBytes {
        socket.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
      }
      switch transfer {
      case .bytes(let count): sent += count
      case .wouldBlock: return .blocked(progress: sent > before)
      case .end, .failed: return .failed
      }
    }
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.kept)
    sent = 0
    return .done
  }
}
