import Shared
import Testing

@testable import Rehearsal

@Suite(.timeLimit(.minutes(1))) struct InfluxDoorTests {
  private static let loop = EventLoop()

  /// Calls `body` with a door to a stand-in, and with a client that writes.
  private func with(_ body: @Sendable (LoopBound<InfluxDoor>, @escaping @Sendable (Int) async -> String) async throws -> Void) async throws
  {
    let address = try #require(freeAddress())
    let door = try await Self.loop.perform { loop -> Result<LoopBound<InfluxDoor>, Refusal> in
      do throws(Refusal) {
        let door = try InfluxDoor(at: address, database: "row", real: nil)
        try await door.open(on: loop)
        return .success(LoopBound(door, on: loop))
      } catch {
        return .failure(error)
      }
    }.get()
    let influx = try #require(Influx(base: await door.with { door, _ in door.url }, database: "row"))
    let client = await Self.loop.perform { LoopBound(InfluxClient(influx, timeout: .seconds(5)), on: $0) }
    try await body(door) { number in
      await client.with { client, loop in
        do throws(InfluxError) {
          try await client.write(Array("operation,pod=a id=\"r\(number)\" \(number)\n".utf8), on: loop)
          return "stored"
        } catch {
          return "\(error)"
        }
      }
    }
    await door.with { await $0.close(on: $1) }
  }

  /// Nobody else listens there at this moment.
  private func freeAddress() -> SocketAddress? {
    var addresses = LoopbackAddresses(row: 5, mode: .portEach, origin: Int(getpid()) + 5)
    return try? addresses.take()
  }

  private func ids(_ door: LoopBound<InfluxDoor>) async -> [String] {
    await door.with { door, loop in (try? await door.ids(on: loop)) ?? ["no answer"] }
  }

  @Test func `without a fault it passes on`() async throws {
    try await with { (door, write) async throws in
      #expect(await write(1) == "stored")
      #expect(await ids(door) == ["r1"])
    }
  }

  @Test func `down refuses, for a time, and keeps what was stored`() async throws {
    try await with { (door, write) async throws in
      #expect(await write(1) == "stored")
      await door.with { $0.begin(.down(.milliseconds(300)), on: $1) }
      var seen: Set<String> = []
      while !seen.contains("refused") { seen.insert(await write(2)) }
      #expect(await ids(door).contains("r1"))
      await door.with { await $0.recovered(on: $1) }
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
