import Testing

@testable import Shared
@testable import TestSupport

/// The contract of `Server.drain` on the wire, points 1, 5 and 6: its beginning and its end.
@Suite struct DrainTests {
  @Test(arguments: Platform.pollers)
  func `1: a connection that stands in the backlog is served, whatever the limit`(
    poller: PollerKind
  )
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.maxConnections = 1 }) { test in
      let first = try await test.connect()
      await first.send(get("/wait"))
      await test.gate.arrivals(1)
      let waiting = try await test.connections(3)
      for wire in waiting { await wire.send(get("/hello")) }
      let drain = await test.beginDrain()
      for wire in waiting {
        let answer = try await wire.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Connection: close"))
        #expect(answer.hasSuffix("hello"))
      }
      test.gate.open()
      #expect(try await first.readToEnd().hasSuffix("waited"))
      let report = await drain.value
      #expect(report.connections == 4)
      #expect(report.finished == 4)
      #expect(report.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers) func `1: after the drain began no socket listens`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller), host: "127.0.0.5") { test in
      _ = await test.server.drain()
      await #expect(throws: WireError.refused) { try await test.connect() }
    }
  }

  @Test(arguments: Platform.pollers)
  func `5: unread input does not turn the last response into a reset`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.limits.body = 1000 }) { test in
      let wire = try await test.connect()
      await wire.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 500000\r\n\r\n")
      await wire.send([UInt8](repeating: 120, count: 500_000))
      await wire.closeWriting()
      #expect(try await wire.readToEnd().hasPrefix("HTTP/1.1 413"))
    }
  }

  @Test(arguments: Platform.pollers) func `6: the report counts what the deadline cut`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller)) { test in
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let report = await test.server.drain(within: .milliseconds(50))
      #expect(report.cut == 1)
      #expect(report.exitCode == .failure)
    }
  }

  @Test(arguments: Platform.pollers) func `6: a drain with nothing to do is over at once`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(60) }) { test in
      let report = await test.server.drain()
      #expect(
        report
          == {
            var clean = DrainReport()
            clean.took = report.took
            return clean
          }())
      #expect(report.exitCode == .success)
      #expect(report.took < .seconds(30))
    }
  }

  @Test(arguments: Platform.pollers)
  func `6: the work of a client that is gone is finished before the drain ends`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let idle = try await test.connect()
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      await wire.reset()
      let drain = await test.beginDrain()
      let ended = Flag()
      let watcher = Task {
        _ = await drain.value
        ended.set()
      }
      // All connections are closed, and only the work is left.
      #expect(try await idle.readToEnd() == "")
      #expect(!ended.isSet)
      test.gate.open()
      await watcher.value
    }
  }

  @Test func `a drain before the start is clean`() async {
    let server = Server(Config(), log: .none, routes: [])
    #expect(await server.drain() == DrainReport())
  }
}
