import Libc
import Testing

@testable import Shared

@Suite struct OutputBufferTests {
  private func pair() throws -> (Socket, Socket) {
    let pair = try SocketPair()
    return (pair.near, pair.far)
  }

  private func readAll(_ socket: Socket) -> [UInt8] {
    var all: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while case .bytes(let count) = room.withUnsafeMutableBytes({ socket.read(into: $0) }) {
      all += room[..<count]
    }
    return all
  }

  @Test func `what the kernel does not take waits, in order, until it does`() throws {
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    let content = (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 / 251) }
    var output = OutputBuffer()
    output.append(content)
    #expect(output.flush(to: near) == .blocked(progress: true))
    #expect(!output.isEmpty && output.count < content.count)
    #expect(output.flush(to: near) == .blocked(progress: false))
    output.append([1, 2, 3])
    var received = readAll(far)
    while output.flush(to: near) != .done { received += readAll(far) }
    received += readAll(far)
    #expect(received == content + [1, 2, 3])
    #expect(output.isEmpty && output.count == 0)
  }

  @Test func `a stream that is never sent to its end keeps only what waits`() throws {
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    var size: Int32 = 4096
    setsockopt(
      near.descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
    let part = [UInt8](repeating: 120, count: 16 << 10)
    var room = [UInt8](repeating: 0, count: 8 << 10)
    var output = OutputBuffer()
    var received = 0
    for _ in 0..<500 {
      while output.count < 64 << 10 { output.append(part) }
      #expect(output.flush(to: near) != .done)
      if case .bytes(let count) = room.withUnsafeMutableBytes({ far.read(into: $0) }) {
        received += count
      }
    }
    #expect(received > 1 << 20)
    #expect(output.capacity <= 512 << 10)
  }

  @Test func `nothing to send is sent at once`() throws {
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    var output = OutputBuffer()
    #expect(output.flush(to: near) == .done)
  }

  @Test func `a client that is gone is a failure, not a signal`() throws {
    let (near, far) = try pair()
    defer { near.close() }
    far.close()
    var output = OutputBuffer()
    output.append([1])
    #expect(output.flush(to: near) == .failed)
  }
}
