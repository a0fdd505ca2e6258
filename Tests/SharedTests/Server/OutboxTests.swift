import Testing

@testable import Shared

@Suite struct OutboxTests {
  private func pair() throws -> (Socket, Socket) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    return (Socket(descriptor: ends[0]), Socket(descriptor: ends[1]))
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
    var outbox = Outbox()
    outbox.append { $0 += content }
    #expect(outbox.flush(to: near) == .blocked(progress: true))
    #expect(!outbox.isEmpty && outbox.count < content.count)
    #expect(outbox.flush(to: near) == .blocked(progress: false))
    outbox.append { $0 += [1, 2, 3] }
    var received = readAll(far)
    while outbox.flush(to: near) != .done { received += readAll(far) }
    received += readAll(far)
    #expect(received == content + [1, 2, 3])
    #expect(outbox.isEmpty && outbox.count == 0)
  }

  @Test func `nothing to send is sent at once`() throws {
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    var outbox = Outbox()
    #expect(outbox.flush(to: near) == .done)
  }

  @Test func `a client that is gone is a failure, not a signal`() throws {
    let (near, far) = try pair()
    defer { near.close() }
    far.close()
    var outbox = Outbox()
    outbox.append { $0 += [1] }
    #expect(outbox.flush(to: near) == .failed)
  }
}
