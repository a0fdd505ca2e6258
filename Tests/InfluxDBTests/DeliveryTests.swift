import Testing

@testable import Shared
@testable import TestSupport

/// The logs of operations and a real InfluxDB that restarts, is gone, or is not as it should be.
@Suite(
  .serialized, .needsInfluxDB,
  .timeLimit(.minutes(6))) struct DeliveryTests
{
  private func batchLog(
    _ influx: Influx, _ sink: Sink, _ change: (inout BatchLog.Options) -> Void = { _ in }
  ) -> BatchLog {
    var options = BatchLog.Options()
    options.undelivered = sink.descriptor
    change(&options)
    return BatchLog(Config(), influx, log: .none, options: options)
  }

  private func taskLog(_ influx: Influx, _ sink: Sink) -> TaskLog {
    var options = TaskLog.Options()
    options.work = .milliseconds(10)
    options.undelivered = sink.descriptor
    return TaskLog(Config(), influx, log: .none, options: options)
  }

  private func append(_ count: Int, to log: some OperationLog) -> [String] {
    let ids = (0..<count).map { "r\($0)" }
    for id in ids { log.append(Operation(id: id, name: "sum", numbers: 4, result: 10)) }
    return ids.sorted()
  }

  @Test func `both logs store every operation once`() async throws {
    let count = Sanitizer.isOn ? 345 : 2_345
    for isBatched in [true, false] {
      let sink = try Sink()
      try await RealInfluxDB.with { database async throws in
        let log: any OperationLog
        let report: DrainReport
        let ids: [String]
        if isBatched {
          let batches = batchLog(database.influx, sink)
          ids = append(count, to: batches)
          report = await batches.flush()
          log = batches
        } else {
          let tasks = taskLog(database.influx, sink)
          ids = append(count, to: tasks)
          report = await tasks.drain()
          log = tasks
        }
        _ = log
        #expect(report.undelivered == 0)
        #expect(try await database.ids().sorted() == ids)
      }
    }
  }

  @Test func `a server that restarts during the flush gets everything, once`() async throws {
    try await RealInfluxDB.server { server async throws in
      for isBatched in [true, false] {
        let sink = try Sink()
        _ = try await server.database.query(#"DROP MEASUREMENT "operation""#)
        let batches = batchLog(server.database.influx, sink)
        let tasks = taskLog(server.database.influx, sink)
        try await server.stop()
        let ids = isBatched ? append(1_200, to: batches) : append(1_200, to: tasks)
        let flush = Task { isBatched ? await batches.flush() : await tasks.drain() }
        // Its first write meets a server that is not ready, a later one the one that restarts.
        let isTried = Gate()
        isTried.open()
        try await TestInflux.with(port: server.database.influx.port) { _ in
          await isTried.pass()
          return Response(.serviceUnavailable)
        } _: { _, _ in
          await isTried.arrivals(1)
        }
        try await server.start()
        #expect(await flush.value.undelivered == 0)
        #expect(try await server.database.ids().sorted() == ids)
        #expect(sink.lines == [])
      }
    }
  }

  @Test
  func
    `a server that goes down between two writes of a flush, and comes back, gets everything once`()
    async throws
  {
    try await RealInfluxDB.server { server async throws in
      let sink = try Sink()
      let log = batchLog(server.database.influx, sink) { $0.batch = 20 }
      let ids = append(20_000, to: log)
      let flush = Task { await log.flush(within: .seconds(60)) }
      var stored = 0
      while stored == 0 { stored = try await server.database.count() }
      #expect(stored < 20_000)
      try await server.stop()
      try await server.start()
      #expect(await flush.value.undelivered == 0)
      #expect(try await server.database.ids().sorted() == ids)
      #expect(sink.lines == [])
    }
  }

  @Test
  func
    `what an absent server misses stands in standard error, and can be replayed from there`()
    async throws
  {
    try await RealInfluxDB.server { server async throws in
      let sink = try Sink()
      let log = batchLog(server.database.influx, sink)
      // The server stores some of them before it goes.
      let first = append(500, to: log)
      while try await server.database.count() < 500 { try await Task.sleep(for: .milliseconds(20)) }
      try await server.stop()
      let ids = (500..<1_700).map { "r\($0)" }
      for id in ids { log.append(Operation(id: id, name: "sum", numbers: 4, result: 10)) }
      let report = await log.flush(within: .seconds(1))
      // The first batch may be among them: stored, but its answer lost with the server.
      #expect(report.undelivered >= 1_200 && report.exitCode == .failure)
      #expect(sink.ids.count == report.undelivered && sink.ids.suffix(1_200) == ids[...])
      try await server.start()
      #expect(try await server.database.ids().sorted() == first)
      // Twice: a point is its own identity.
      for _ in 0..<2 {
        #expect(await server.database.write(sink.lines.joined(separator: "\n")) == nil)
      }
      #expect(try await server.database.ids().sorted() == (first + ids).sorted())
    }
  }

  @Test
  func `operations for a database that is not there are kept until the deadline, and all are told`()
    async throws
  {
    try await RealInfluxDB.with { database async throws in
      let sink = try Sink()
      let log = batchLog(Influx(base: database.base, database: "no such database")!, sink)
      let ids = append(1_001, to: log)
      #expect(await log.flush().undelivered == 1_001)
      #expect(sink.ids.sorted() == ids)
    }
  }

  @Test func `of 100001 operations none is dropped, for the id is a field`() async throws {
    try await RealInfluxDB.with { database async throws in
      let sink = try Sink()
      let log = batchLog(database.influx, sink) {
        $0.batch = 5_000
        $0.capacity = 200_000
      }
      _ = append(100_001, to: log)
      #expect(await log.flush(within: .seconds(60)).undelivered == 0)
      #expect(try await database.count() == 100_001)
    }
  }

  /// The trap that looks like a loss at shutdown: 1.x takes 100,000 values of a tag, and drops what
  /// comes after.
  @Test(arguments: [(nil, 100_000), (0, 100_001)] as [(Int?, Int)])
  func `were the id a tag, operations past the limit would be dropped`(limit: Int?, stored: Int)
    async throws
  {
    try await RealInfluxDB.server(limit.map { "max-values-per-tag = \($0)" } ?? "") {
      server async throws in
      var rejected = 0
      for start in stride(from: 0, through: 100_000, by: 5_000) {
        var lines: [UInt8] = []
        for number in start..<min(start + 5_000, 100_001) {
          try Point(
            "tagged", tags: [.init("id", "r\(number)")], fields: [.init("id", .string("r"))],
            at: Int64(number)
          ).append(to: &lines)
        }
        if case .rejected(_, let message) = await server.database.write(
          String(decoding: lines, as: UTF8.self))
        {
          #expect(message.contains("max-values-per-tag"))
          rejected += 1
        }
      }
      #expect(rejected == 100_001 - stored)
      let answer = String(
        decoding: try await server.database.query(#"SELECT COUNT("id") FROM "tagged""#),
        as: UTF8.self)
      #expect(answer.contains("[[0,\(stored)]]"), "\(answer)")
    }
  }
}
