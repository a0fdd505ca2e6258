import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// Why there is no response: each reason as real sockets give it.
@Suite struct ClientErrorTests {
  @Test(arguments: Platform.pollers) func `refused: no server listens`(poller: PollerKind)
    async throws
  {
    let address = try await ScriptedServer.with { _ in
    } _: {
      $0
    }
    try await ClientUser.with(poller: poller) { user async throws in
      #expect(await user.get(address).failure == .refused)
    }
  }

  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
  ])
  func `eof: the server closes before the response, or within`(part: String) async throws {
    try await ScriptedServer.with { peer in
      try await peer.answer(part)
      await peer.wire.close()
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(await user.get(address).failure == .eof)
      }
    }
  }

  @Test(
    arguments: Platform.pollers,
    ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n\r\nhalf"])
  func `reset: the server resets before the response, or within`(poller: PollerKind, part: String)
    async throws
  {
    let arrived = Gate()
    try await ScriptedServer.with { peer in
      try await peer.answer(part)
      await arrived.pass()
      await peer.wire.reset()
    } _: { address in
      try await ClientUser.with(poller: poller) { user async throws in
        async let outcome = user.get(address)
        await arrived.arrivals(1)
        arrived.open()
        #expect(await outcome.failure == .reset)
      }
    }
  }

  @Test func `reset: the server resets while the request is being sent`() async throws {
    try await ScriptedServer.with(reads: false) { peer in
      await peer.wire.reset()
    } _: { address in
      try await ClientUser.with { user async throws in
        let request = Request(.post, "/", body: [UInt8](repeating: 120, count: 16 << 20))
        #expect(await user.send(request, address).failure == .reset)
      }
    }
  }

  @Test
  func
    `an answer to a request that is still being sent counts, and its connection is not used again`()
    async throws
  {
    try await ScriptedServer.with(reads: false) { peer in
      await peer.wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
    } _: { address in
      try await ClientUser.with { user async throws in
        let request = Request(.post, "/", body: [UInt8](repeating: 120, count: 16 << 20))
        #expect(try await user.code(request, address) == 413)
        #expect(await user.hasIdle(address) == false)
      }
    }
  }

  @Test(arguments: Platform.pollers) func `timeout: no answer before the deadline`(
    poller: PollerKind
  ) async throws {
    let ended = Gate()
    ended.open()
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.readToEnd()
      await ended.pass()
    } _: { address in
      try await ClientUser.with(.changed { $0.requestTimeout = .milliseconds(100) }, poller: poller)
      { user async throws in
        #expect(await user.get(address).failure == .timeout)
        await ended.arrivals(1)  // the connection is closed, not kept
      }
    }
  }

  @Test func `timeout: the caller's deadline, when it is earlier`() async throws {
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "never")
    } _: { (address) async throws in
      try await ClientUser.with(.changed { $0.requestTimeout = .seconds(3600) }) {
        user async throws in
        #expect(
          await user.send(Request(.get, "/"), address, before: .now + .milliseconds(50)).failure
            == .timeout)
      }
    }
  }

  @Test func `timeout: half an answer does not prolong the deadline`() async throws {
    try await ScriptedServer.with { peer in
      try await peer.answer("HTTP/1.1 200 OK\r\n")
      while true {
        await peer.wire.send("X: y\r\n")
        try await Task.sleep(for: .milliseconds(10))
      }
    } _: { address in
      try await ClientUser.with(.changed { $0.requestTimeout = .milliseconds(100) }) {
        user async throws in
        #expect(await user.get(address).failure == .timeout)
      }
    }
  }

  @Test func `timeout: a deadline holds on a pooled connection too`() async throws {
    try await ScriptedServer.with { peer in
      try await peer.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      _ = try await peer.wire.readToEnd()
    } _: { address in
      try await ClientUser.with(.changed { $0.requestTimeout = .seconds(1) }) { user async throws in
        #expect(try await user.code(Request(.get, "/"), address) == 200)
        #expect(await user.get(address).failure == .timeout)
      }
    }
  }

  /// A listener whose backlog is full drops what else comes: no answer at all, as from a machine
  /// that is gone.
  @Test func `timeout: a connection that does not come to stand`() async throws {
    let any = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let full = try Socket.listening(on: any, backlog: 0)
    defer { full.close() }
    let address = try #require(SocketAddress(boundTo: full.descriptor))
    try await ClientUser.with(
      .changed {
        $0.connectTimeout = .milliseconds(200)
        $0.requestTimeout = .milliseconds(600)  // for those that the backlog took
      }
    ) { user async throws in
      let outcomes = await withTaskGroup(of: Result<Response, ClientError>.self) { group in
        for _ in 0..<4 { group.addTask { await user.get(address) } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.allSatisfy { $0.failure == .timeout })
    }
  }

  @Test func `of several addresses one that hangs leaves time for the next`() async throws {
    let any = try #require(SocketAddress(host: "127.0.0.1", port: 0))
    let full = try Socket.listening(on: any, backlog: 0)
    defer { full.close() }
    let hanging = try #require(SocketAddress(boundTo: full.descriptor))
    // What the backlog takes before it is full.
    let fillers = try (0..<4).map { _ in
      let socket = Socket(descriptor: Platform.makeStreamSocket(family: AF_INET))
      try #require(socket.descriptor >= 0)
      _ = hanging.withSocketAddress { connect(socket.descriptor, $0, $1) }
      return socket
    }
    defer { for filler in fillers { filler.close() } }
    try await ScriptedServer.with { peer in
      try await peer.answer("HTTP/1.1 204 No Content\r\n\r\n")
    } _: { address in
      try await ClientUser.with { user async throws in
        let (response, from) = try await user.send(
          Request(.get, "/"), toAnyOf: [hanging, address], within: .seconds(2))
        #expect(response.status == .noContent && from == address)
      }
    }
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n",
  ])
  func `malformed: what comes is not HTTP`(answer: String) async throws {
    try await ScriptedServer.with { peer in
      try await peer.answer(answer)
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(await user.get(address).failure == .malformed)
        #expect(await user.hasIdle(address) == false)
      }
    }
  }

  @Test func `exhausted: the source address is not ours`() async throws {
    let foreign = try #require(SocketAddress(host: "192.0.2.1", port: 0))
    try await ScriptedServer.with { _ in
    } _: { address in
      try await ClientUser.with { user async throws in
        #expect(await user.get(address, from: foreign).failure == .exhausted(EADDRNOTAVAIL))
      }
    }
  }

  @Test(arguments: [
    (ECONNREFUSED, ClientError.refused), (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable),
    (ETIMEDOUT, .timeout),
    (ECONNRESET, .reset), (EPIPE, .reset), (EMFILE, .exhausted(EMFILE)),
    (EADDRNOTAVAIL, .exhausted(EADDRNOTAVAIL)),
  ])
  func `the kernel's reasons are sorted`(errno: Int32, error: ClientError) {
    #expect(ClientError(errno: errno) == error)
  }
}
