import Testing

@testable import Shared
@testable import TestSupport

/// Which connections a client keeps for its next request, and for how long.
@Suite struct ConnectionPoolTests {
  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
  ])
  func `a connection that the server will close is not used again`(answer: String) async throws {
    let connections = Record<Int>()
    try await ScriptedServer.with { peer in
      connections.append(peer.number)
      while true { try await peer.answer(answer) }
    } _: { address in
      try await ClientUser.with { user async throws in
        for _ in 0..<2 {
          #expect(try await user.text(address) == "ok")
          #expect(await user.hasIdle(address) == false)
        }
      }
    }
    #expect(connections.values == [1, 2])
  }

  @Test(arguments: Platform.pollers)
  func `a pooled connection that the server closes leaves the pool at once`(poller: PollerKind)
    async throws
  {
    let gate = Gate()
    let connections = Record<Int>()
    try await ScriptedServer.with { peer in
      connections.append(peer.number)
      try await peer.answer(ScriptedServer.ok)
      if peer.number == 1 {
        await gate.pass()
        await peer.wire.close()
      }
    } _: { address in
      try await ClientUser.with(poller: poller) { user async throws in
        _ = try await user.get(address).get()
        #expect(await user.hasIdle(address))
        gate.open()
        await user.until { !$0.hasIdle(to: address) }
        #expect(try await user.text(address) == "ok")
      }
    }
    #expect(connections.values == [1, 2])
  }

  @Test func `what comes unasked on a pooled connection ends it`() async throws {
    let gate = Gate()
    try await ScriptedServer.with { peer in
      try await peer.answer(ScriptedServer.ok)
      await gate.pass()
      await peer.wire.send(ScriptedServer.ok)
    } _: { address in
      try await ClientUser.with { user async throws in
        _ = try await user.get(address).get()
        gate.open()
        await user.until { !$0.hasIdle(to: address) }
      }
    }
  }

  @Test func `an answer to what was not asked does not become the next answer`() async throws {
    try await ScriptedServer.with { peer in
      try await peer.answer(
        ScriptedServer.ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(try await user.text(address) == "ok")
        #expect(await user.hasIdle(address) == false)
        #expect(try await user.text(address) == "ok")
      }
    }
  }

  @Test func `a connection that waited for too long is not used again`() async throws {
    let connections = Record<Int>()
    try await ScriptedServer.with { peer in
      connections.append(peer.number)
      while true { try await peer.answer(ScriptedServer.ok) }
    } _: { address in
      try await ClientUser.with(.changed { $0.maxIdle = .zero }) { user async throws in
        for _ in 0..<2 { #expect(try await user.text(address) == "ok") }
      }
    }
    #expect(connections.values == [1, 2])
  }

  @Test func `idle connections are dropped when their address is known to be gone`() async throws {
    let ended = Gate()
    ended.open()
    try await ScriptedServer.with { peer in
      try await peer.answer(ScriptedServer.ok)
      #expect(try await peer.wire.readToEnd() == "")
      await ended.pass()
    } _: { address in
      try await ClientUser.with { user async throws in
        _ = try await user.get(address).get()
        await user.dropIdle(address)
        #expect(await user.hasIdle(address) == false)
        await ended.arrivals(1)
      }
    }
  }

  @Test func `the pool keeps no more than it may`() async throws {
    let gate = Gate()
    let ended = Gate()
    ended.open()
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "\r\n\r\n")
      await gate.pass()
      await peer.wire.send(ScriptedServer.ok)
      _ = try await peer.wire.readToEnd()
      await ended.pass()
    } _: { address in
      try await ClientUser.with(.changed { $0.maxIdlePerAddress = 1 }) { user async throws in
        async let first = user.text(address)
        async let second = user.text(address)
        await gate.arrivals(2)
        gate.open()
        _ = try await (first, second)
        await ended.arrivals(1)
        #expect(await user.hasIdle(address))
      }
    }
  }
}
