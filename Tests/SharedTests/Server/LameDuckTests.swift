import Testing

@testable import Shared
@testable import TestSupport

/// The contract of `Server.drain` on the wire, point 4: connections without a request.
@Suite struct LameDuckTests {
  @Test(arguments: Platform.pollers)
  func `4: an idle connection stays open for its next request, which is told to close`(
    poller: PollerKind
  ) async throws {
    try await TestServer.with(.changed(poller) { $0.lameDuck = .seconds(5) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      #expect(!(try await wire.readResponse()).contains("Connection: close"))
      let drain = await test.beginDrain()
      await wire.send(get("/hello"))
      let answer = try await wire.readToEnd()
      #expect(answer.contains("Connection: close") && answer.hasSuffix("hello"))
      #expect(await drain.value.finished == 1)
    }
  }

  @Test(arguments: Platform.pollers)
  func
    `4: an idle connection, and one that never sent a byte, close when the lame-duck time is over`(
      poller: PollerKind
    ) async throws
  {
    try await TestServer.with(.changed(poller)) { test in
      let idle = try await test.connect()
      await idle.send(get("/hello"))
      _ = try await idle.readResponse()
      let silent = try await test.connect()
      let drain = await test.beginDrain()
      #expect(try await idle.readToEnd() == "")
      #expect(try await silent.readToEnd() == "")
      await idle.close()
      await silent.close()
      let report = await drain.value
      #expect(report.connections == 2)
      #expect(report.cut == 0)
      #expect(report.took >= .milliseconds(200))
    }
  }

  @Test(arguments: Platform.pollers)
  func `4: what is left of a pipeline at the end of the lame-duck time is late`(poller: PollerKind)
    async throws
  {
    try await TestServer.with(.changed(poller) { $0.loops = 1 }) { test in
      let idle = try await test.connect()
      let wire = try await test.connect()
      await wire.send(get("/wait"))
      await test.gate.arrivals(1)
      let drain = await test.beginDrain()
      // The lame-duck time is over.
      #expect(try await idle.readToEnd() == "")
      await idle.close()
      await wire.send(get("/hello") + get("/hello") + "GET /hel")
      test.gate.open()
      #expect(try await wire.readToEnd().components(between: "HTTP/1.1 ").count == 1)
      await wire.close()
      let report = await drain.value
      #expect(report.late == 3 && report.finished == 1 && report.cut == 0)
    }
  }

  @Test(arguments: Platform.pollers)
  func `4: what comes after the lame-duck time is counted as late`(poller: PollerKind) async throws
  {
    // Lingering ends with the client, however slow this test is to send.
    try await TestServer.with(.changed(poller) { $0.lingering = .seconds(60) }) { test in
      let wire = try await test.connect()
      await wire.send(get("/hello"))
      _ = try await wire.readResponse()
      let drain = await test.beginDrain()
      #expect(try await wire.readToEnd() == "")
      await wire.send(get("/hello"))
      await wire.closeWriting()
      let report = await drain.value
      #expect(report.late == 1)
      #expect(report.cut == 0)
    }
  }
}
