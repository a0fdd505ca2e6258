import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// A graceful step as a process, ended by SIGTERM, and what a real InfluxDB has of its answers.
@Suite(
  .serialized, .needsInfluxDB,
  .timeLimit(.minutes(6))) struct StepDeliveryTests
{
  private func step(_ number: Int, _ influx: Influx) async throws -> (
    process: StepProcess, address: SocketAddress
  ) {
    let process = try await StepProcess(
      number, ["--graceful"],
      [
        "INFLUXDB_BASE_URL": "http://\(influx.authority)", "INFLUXDB_DB": influx.database,
        "POD_NAME": "pod",
      ])
    return (process, try #require(await process.address(), "\(process.lines)"))
  }

  /// Asks for sums in so many lanes at a time, each until `isEnough`, which gets the lane and
  /// its answers, or the first failure.
  /// - Returns: the ids with an answer.
  private func answered(
    _ address: SocketAddress, lanes: Int,
    until isEnough: @escaping @Sendable (_ lane: Int, _ count: Int) -> Bool
  ) async -> [String] {
    await withTaskGroup(of: [String].self) { group in
      for lane in 0..<lanes {
        group.addTask {
          let client = await StepClient(address)
          var ids: [String] = []
          repeat {
            let id = "r\(lane)-\(ids.count)"
            let request = Request(
              .post, "/sum", fields: ["X-Request-ID": id], body: Array(#"{"numbers":[1,2.5]}"#.utf8)
            )
            guard await (try? client.send(request).get())?.status == .ok else { break }
            ids.append(id)
          } while !isEnough(lane, ids.count)
          return ids
        }
      }
      return await group.reduce(into: []) { $0 += $1 }.sorted()
    }
  }

  @Test(arguments: [6, 7])
  func `a graceful step that is ended under load stores what it answered, and nothing else`(
    step number: Int
  ) async throws {
    try await RealInfluxDB.with { database async throws in
      let (process, address) = try await step(number, database.influx)
      let ids = await answered(address, lanes: 30) { lane, count in
        if lane == 0, count == 10 { process.send(SIGTERM) }
        return false
      }
      #expect(await process.exitCode() == 0, "\(process.lines.suffix(5))")
      await process.end()
      #expect(ids.count > 200)
      #expect(try await database.ids().sorted() == ids)
    }
  }

  @Test(arguments: [6, 7])
  func `what a step could not store is replayed from its standard error, to the last operation`(
    step number: Int
  ) async throws {
    try await RealInfluxDB.server { server async throws in
      let (process, address) = try await step(number, server.database.influx)
      try await server.stop()
      let ids = await answered(address, lanes: 20) { $1 == 3 }
      process.send(SIGTERM)
      _ = try #require(await process.line(containing: "ing operations"))
      // The deadline of 20 s, early.
      process.send(SIGTERM)
      #expect(await process.exitCode() == 1)
      await process.end()
      try await server.start()
      #expect(try await server.database.count() == 0 && ids.count == 60)
      let lines = process.lines.filter { $0.hasPrefix("operation,") }
      #expect(await server.database.write(lines.joined(separator: "\n")) == nil)
      #expect(try await server.database.ids().sorted() == ids)
      #expect(
        process.lines.contains {
          $0.contains(#"msg="operations drained" undelivered=\#(ids.count)"#)
        })
    }
  }

  @Test(arguments: [6, 7])
  func `a step says what InfluxDB said about a database that is not there`(step number: Int)
    async throws
  {
    try await RealInfluxDB.with { database async throws in
      let missing = try #require(Influx(base: database.base, database: "missing"))
      let (process, address) = try await step(number, missing)
      let ids = await answered(address, lanes: 5) { $1 == 2 }
      process.send(SIGTERM)
      #expect(await process.exitCode() == 1)
      await process.end()
      #expect(ids.count == 10 && process.lines.filter { $0.hasPrefix("operation,") }.count == 10)
      #expect(
        process.lines.contains {
          $0.contains("database missing not found; create it with")
        }, "\(process.lines)")
    }
  }
}
