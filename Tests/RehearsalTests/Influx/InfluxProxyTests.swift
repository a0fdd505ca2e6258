import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal

@Suite(.timeLimit(.minutes(4))) struct InfluxProxyTests {
  private static let loop = EventLoop()

  /// Calls `body` with a door to a stand-in or a real one, and with a client that writes.
  private func with(
    real: Influx? = nil,
    _ body:
      @Sendable (LoopBound<InfluxProxy>, @escaping @Sendable (Int) async -> String) async throws ->
      Void
  ) async throws {
    let address = try #require(freeAddress())
    let door = try await Self.loop.perform { loop -> Result<LoopBound<InfluxProxy>, CommandError> in
      do throws(CommandError) {
        let door = try InfluxProxy(at: address, database: "row", real: real)
        try await door.open(on: loop)
        return .success(LoopBound(door, on: loop))
      } catch {
        return .failure(error)
      }
    }.get()
    let influx = try #require(
      Influx(base: await door.with { door, _ in door.url }, database: "row"))
    let client = await Self.loop.perform {
      LoopBound(InfluxClient(influx, timeout: .seconds(5)), on: $0)
    }
    try await body(door) { number in
      await client.with { client, loop in
        do throws(InfluxError) {
          try await client.write(
            Array("operation,pod=a id=\"r\(number)\" \(number)\n".utf8), on: loop)
          return "stored"
        } catch {
          return "\(error)"
        }
      }
    }
    await door.with { await $0.close(on: $1) }
  }

  /// No other socket listens there at this moment.
  private func freeAddress() -> SocketAddress? {
    var addresses = LoopbackAddresses(subject: 5, mode: .portEach, origin: Int(getpid()) + 5)
    return try? addresses.take()
  }

  private func ids(_ door: LoopBound<InfluxProxy>) async -> [String] {
    await door.with { door, loop in (try? await door.operations(on: loop).ids) ?? ["no answer"] }
  }

  /// What there is to say when an outage is over.
  private func refusal(at door: LoopBound<InfluxProxy>) async -> CommandError? {
    await door.with { door, loop in
      do throws(CommandError) {
        try await door.recovered(on: loop)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test func `without a fault it passes on`() async throws {
    try await with { (door, write) async throws in
      #expect(await write(1) == "stored")
      #expect(await ids(door) == ["r1"])
    }
  }

  @Test func `a real one is written through the door, under its prefix, and asked for the ids`()
    async throws
  {
    let standIn = await Self.loop.perform { LoopBound(InfluxStandIn(), on: $0) }
    var config = Config()
    config.host = "127.0.0.1"
    config.port = 0
    let server = Server(config, log: .none, on: Self.loop) { request, loop in
      guard request.target.hasPrefix("/some/path/") else { return Response(.notFound) }
      let inner = Request(
        request.method, String(request.target.dropFirst(10)), fields: request.fields,
        body: request.body)
      return standIn.get(on: loop).answer(inner)
    }
    let port = try await server.start().port
    let real = try #require(Influx(base: "http://localhost:\(port)/some/path", database: ""))
    try await with(real: real) { (door, write) async throws in
      #expect(await write(1) == "stored")
      #expect(await ids(door) == ["r1"])
    }
    // What the row made is gone with it.
    let left = await standIn.with { server, _ in
      server.answer(Request(.post, "/query?db=row", body: Array("q=SELECT+id+FROM+operation".utf8)))
    }
    #expect(String(decoding: left.bytes, as: UTF8.self).contains("database not found"))
    _ = await server.cut()
  }

  @Test func `an outage without an end is the harness's failure, not the step's`()
    async throws
  {
    try await with { (door, _) async throws in
      let url = await door.with { door, _ in door.url }
      let address = try #require(url.firstMatch(of: /http:..(.+):(\d+)/))
      var config = Config()
      config.host = String(address.1)
      config.port = try #require(UInt16(address.2))
      await door.with { $0.begin(.down(.milliseconds(500)), on: $1) }
      let other = Server(config, log: .none, on: Self.loop) { _, _ in Response(.ok) }
      while (try? await other.start()) == nil { await Task.yield() }
      let refusal = await refusal(at: door)
      #expect(refusal?.status == .osError)
      #expect(refusal?.message.hasPrefix("InfluxDB ") == true)
      _ = await other.cut()
    }
  }

  @Test func `down refuses, for a time, and keeps what was stored`() async throws {
    try await with { (door, write) async throws in
      #expect(await write(1) == "stored")
      await door.with { $0.begin(.down(.milliseconds(300)), on: $1) }
      var seen: Set<String> = []
      while !seen.contains("refused") { seen.insert(await write(2)) }
      #expect(await ids(door).contains("r1"))
      #expect(await refusal(at: door) == nil)
      #expect(await write(3) == "stored")
      #expect(await ids(door).contains("r3"))
    }
  }

  @Test func `503 stores nothing`() async throws {
    try await with { (door, write) async throws in
      await door.with { $0.begin(.unavailable, on: $1) }
      #expect(await write(1) == "503 Service Unavailable: the rehearsal says so")
      await door.with { door, _ in door.endFault() }
      #expect(await write(2) == "stored")
      #expect(await ids(door) == ["r2"])
    }
  }

  @Test func `slow stores at once and answers late`() async throws {
    try await with { (door, write) async throws in
      await door.with { $0.begin(.slow(.seconds(3600)), on: $1) }
      let answer = Task { await write(1) }
      while await ids(door).isEmpty { await Task.yield() }
      #expect(await answer.value == "timeout")
    }
  }

  @Test func `reset stores, and the client does not hear of it`() async throws {
    try await with { (door, write) async throws in
      await door.with { $0.begin(.reset, on: $1) }
      #expect(await write(1) == "reset")
      #expect(await ids(door) == ["r1"])
      await door.with { door, _ in door.endFault() }
      #expect(await write(1) == "stored")
      #expect(await ids(door) == ["r1"])
    }
  }
}
