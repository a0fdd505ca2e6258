import Libc
import Testing

@testable import Shared

/// Both pollers, side by side: a loop must not see which of them it has.
@Suite struct PollerTests {
  private static let kinds = Platform.pollers

  private func make(_ kind: PollerKind) -> any Poller { kind == .epoll ? try! Epoll() : PollSet() }

  /// Two connected sockets, the first of which is watched.
  private func pair() throws -> (Socket, Socket) {
    let pair = try SocketPair()
    return (pair.near, pair.far)
  }

  private func wait(_ poller: any Poller) -> [UInt64: Readiness] {
    var events: [PollEvent] = []
    _ = poller.wait(milliseconds: 0, into: &events)
    return Dictionary(events.map { ($0.token, $0.readiness) }) { $0.union($1) }
  }

  @Test(arguments: kinds) func `only what is asked for is reported, as long as it lasts`(
    kind: PollerKind
  ) throws {
    let poller = make(kind)
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    #expect(poller.add(near.descriptor, token: 7, .read))
    #expect(wait(poller) == [:])
    _ = [1, 2].withUnsafeBytes { far.write($0) }
    #expect(wait(poller) == [7: .read])
    #expect(wait(poller) == [7: .read], "level-triggered: what was not read is reported again")
    poller.change(near.descriptor, token: 8, [.read, .write])
    #expect(wait(poller) == [8: [.read, .write]])
    poller.change(near.descriptor, token: 8, .write)
    #expect(wait(poller) == [8: .write])
    poller.change(near.descriptor, token: 8, [])
    #expect(wait(poller) == [:])
    poller.remove(near.descriptor)
    #expect(wait(poller) == [:])
  }

  @Test(arguments: kinds) func `the other side's end can be read`(kind: PollerKind) throws {
    let poller = make(kind)
    let (near, far) = try pair()
    defer {
      near.close()
      far.close()
    }
    #expect(poller.add(near.descriptor, token: 1, .read))
    far.closeWriting()
    #expect(wait(poller)[1]?.contains(.read) == true)
  }

  @Test(arguments: kinds) func `a hang-up is reported also where nothing was asked for`(
    kind: PollerKind
  )
    throws
  {
    let poller = make(kind)
    let (near, far) = try pair()
    defer { near.close() }
    #expect(poller.add(near.descriptor, token: 1, []))
    far.close()
    #expect(wait(poller) == [1: .failure])
  }

  @Test(arguments: kinds) func `a removal from the middle leaves the others with their tokens`(
    kind: PollerKind
  ) throws {
    let poller = make(kind)
    let pairs = try (0..<5).map { _ in try pair() }
    defer {
      for (near, far) in pairs {
        near.close()
        far.close()
      }
    }
    for (number, (near, _)) in pairs.enumerated() {
      #expect(poller.add(near.descriptor, token: UInt64(number), .write))
    }
    for gone in [1, 0, 4] {
      poller.remove(pairs[gone].0.descriptor)
      poller.remove(pairs[gone].0.descriptor)
    }
    #expect(wait(poller) == [2: .write, 3: .write])
    #expect(poller.add(pairs[1].0.descriptor, token: 11, .write))
    poller.change(pairs[3].0.descriptor, token: 13, .write)
    #expect(wait(poller) == [2: .write, 11: .write, 13: .write])
  }

  @Test(arguments: kinds) func `more sockets than one wait can report are all reported`(
    kind: PollerKind
  ) throws {
    let poller = make(kind)
    let pairs = try (0..<600).map { _ in try pair() }
    defer {
      for (near, far) in pairs {
        near.close()
        far.close()
      }
    }
    for (near, _) in pairs {
      #expect(poller.add(near.descriptor, token: UInt64(near.descriptor), .write))
    }
    var seen: Set<UInt64> = []
    for _ in 0..<3 { seen.formUnion(wait(poller).keys) }
    #expect(seen.count == 600)
  }
}
