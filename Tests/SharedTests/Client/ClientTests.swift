import Testing

@testable import Shared
@testable import TestSupport

/// What a client sends, and how it reads the answer.
@Suite struct ClientTests {
  @Test(arguments: Platform.pollers) func `requests one after another go over one connection`(
    poller: PollerKind
  ) async throws {
    let connections = Record<Int>()
    try await ScriptedServer.with { peer in
      connections.append(peer.number)
      while true { try await peer.answer(ScriptedServer.ok) }
    } _: { address in
      try await ClientUser.with(poller: poller) { user async throws in
        for _ in 0..<10 { #expect(try await user.text(address) == "ok") }
        #expect(await user.hasIdle(address))
      }
    }
    #expect(connections.values == [1])
  }

  @Test func `requests at the same time have a connection each`() async throws {
    let gate = Gate()
    let connections = Record<Int>()
    try await ScriptedServer.with { peer in
      connections.append(peer.number)
      while true {
        _ = try await peer.wire.read(until: "\r\n\r\n")
        await gate.pass()
        await peer.wire.send(ScriptedServer.ok)
      }
    } _: { address in
      try await ClientUser.with { user async throws in
        async let first = user.text(address)
        async let second = user.text(address)
        await gate.arrivals(2)
        gate.open()
        #expect(try await first == "ok")
        #expect(try await second == "ok")
      }
    }
    #expect(connections.values.sorted() == [1, 2])
  }

  @Test func `without reuse every request has its connection, and says so`() async throws {
    let requests = Record<String>()
    try await ScriptedServer.with { peer in
      requests.append(try await peer.wire.read(until: "\r\n\r\n"))
      await peer.wire.send(ScriptedServer.ok)
    } _: { address in
      try await ClientUser.with { user async throws in
        for _ in 0..<3 { #expect(try await user.text(address, reuse: false) == "ok") }
        #expect(await user.hasIdle(address) == false)
        #expect(
          requests.values
            == [String](
              repeating: "GET / HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n", count: 3
            ))
      }
    }
  }

  @Test(arguments: [
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3;x=y\r\ntwo\r\n0\r\n\r\n",
      "onetwo", true
    ),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", true),
    ("HTTP/1.1 204 No Content\r\n\r\n", "", true),
    ("HTTP/1.1 200 OK\r\n\r\nto the end", "to the end", false),
  ])
  func `each kind of body is read to its end, though it comes byte by byte`(
    answer: String, body: String, isReusable: Bool
  ) async throws {
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "\r\n\r\n")
      for byte in answer.utf8 { await peer.wire.send([byte]) }
      if !isReusable { await peer.wire.close() }
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(try await user.text(address) == body)
        #expect(await user.hasIdle(address) == isReusable)
      }
    }
  }

  @Test func `a response to HEAD has no body, whatever it announces`() async throws {
    try await ScriptedServer.with { peer in
      while true { try await peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n") }
    } _: { address in
      try await ClientUser.with { user async throws in
        for _ in 0..<2 {
          let response = try await user.send(Request(.head, "/"), address).get()
          #expect(response.fields.first("Content-Length") == "500" && response.bytes.isEmpty)
        }
        #expect(await user.hasIdle(address))
      }
    }
  }

  @Test func `a request goes out from the address it is to come from`() async throws {
    let source = try #require(SocketAddress(host: "127.0.0.77", port: 0))
    let peers = Record<String>()
    try await ScriptedServer.with { peer in
      peers.append(await peer.wire.peerHost)
      try await peer.answer(ScriptedServer.ok)
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(try await user.text(address, from: source) == "ok")
      }
    }
    #expect(peers.values == ["127.0.0.77"])
  }

  @Test func `a body larger than the kernel takes at once is sent whole`() async throws {
    try await TestServer.with(.changed { $0.limits.body = 32 << 20 }) { test in
      try await ClientUser.with { user async throws in
        let body = [UInt8](repeating: 120, count: 900_000)
        let response = try await user.send(Request(.post, "/echo", body: body), test.address).get()
        #expect(response.bytes == body)
      }
    }
  }
}
