import Testing

@testable import Shared
@testable import TestSupport

/// A client whose process is stopped for longer than a deadline reads before it gives up.
@Suite(.timeLimit(.minutes(4))) struct ClientStallTests {
  @Test(arguments: [5, 600_000])
  func `a response that arrived during a stall is no time-out`(size: Int) async throws {
    let arrived = Gate()
    let text = String(repeating: "x", count: size)
    try await ScriptedServer.with { peer in
      _ = try await peer.wire.read(until: "\r\n\r\n")
      await arrived.pass()
      await peer.wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n\(text)")
    } _: { address in
      var options = Client.Options()
      options.requestTimeout = .seconds(1)
      try await ClientUser.with(options) { user async throws in
        async let answer = user.text(address)
        await arrived.arrivals(1)
        await user.hold(.milliseconds(1300)) { arrived.open() }
        #expect(try await answer == text)
      }
    }
  }
}
