import Testing

@testable import Shared
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct BatchLogTests {
  private func log(
    _ influx: Influx, _ sink: Sink, _ change: (inout BatchLog.Options) -> Void = { _ in }
  ) -> BatchLog {
    var options = BatchLog.Options()
    options.batch = 10
    options.undelivered = sink.descriptor
    change(&options)
    var config = Config()
    config.podName = "pod"
    return BatchLog(config, influx, log: .none, options: options)
  }

  private func append(_ count: Int, to log: BatchLog, from first: Int = 0) -> [String] {
    let ids = (first..<first + count).map { "r\($0)" }
    for id in ids { log.append(Operation(id: id, name: "sum", numbers: 2, result: 3)) }
    return ids
  }

  @Test func `a flush writes the partial batch`() async throws {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(25, to: log)
      let report = await log.flush()
      #expect(report.undelivered == 0 && report.exitCode == .success)
      #expect(test.ids == ids && test.writes == 3)
      #expect(sink.lines == [])
    }
  }

  @Test func `two flushes at a time both end, whichever began first`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (_, influx) async throws in
      let log = log(influx, sink)
      _ = append(3, to: log)
      let flushes = [Task { await log.flush() }, Task { await log.flush() }]
      await gate.arrivals(1)
      gate.open()
      for flush in flushes { #expect(await flush.value.undelivered == 0) }
    }
  }

  @Test
  func `a full batch does not wait for the flush, and a partial one not longer than the interval`()
    async throws
  {
    let sink = try Sink()
    let gate = Gate()
    gate.open()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink) { $0.interval = .milliseconds(50) }
      let full = append(10, to: log)
      await gate.arrivals(1)
      let partial = append(1, to: log, from: 10)
      await gate.arrivals(2)
      _ = await log.flush()
      #expect(test.ids == full + partial && test.writes == 2)
    }
  }

  @Test func `one write is under way at a time, and appending does not wait for it`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink)
      let first = append(10, to: log)
      await gate.arrivals(1)
      let others = append(40, to: log, from: 10)
      #expect(test.writes == 1)
      gate.open()
      _ = await log.flush()
      #expect(test.ids == first + others && test.writes == 5)
    }
  }

  @Test func `a batch that fails goes back to the front, and is stored once`() async throws {
    let sink = try Sink()
    try await TestInflux.with {
      Response($0 <= 2 ? .internalServerError : .noContent)
    } _: { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(25, to: log)
      #expect(await log.flush().undelivered == 0)
      #expect(test.ids == ids && test.writes == 5)
      #expect(Set(test.requests.prefix(3)).count == 1, "a retry is the same to the byte")
    }
  }

  @Test func `a batch that is rejected stands in standard error, and does not stop the next`()
    async throws
  {
    let sink = try Sink()
    try await TestInflux.with {
      Response($0 == 1 ? .badRequest : .noContent)
    } _: { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(25, to: log)
      let report = await log.flush()
      #expect(report.undelivered == 10 && report.exitCode == .failure)
      #expect(sink.ids == Array(ids.prefix(10)) && test.ids == Array(ids.suffix(15)))
    }
  }

  @Test func `an operation that cannot be encoded is told at once, and its batch is written`()
    async throws
  {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink)
      let first = append(3, to: log)
      log.append(Operation(id: "a\nb", name: "sum", numbers: 2, result: 3))
      log.append(Operation(id: "huge", name: "sum", numbers: 2, result: .infinity))
      let others = append(7, to: log, from: 3)
      #expect(await log.flush().undelivered == 2)
      #expect(test.ids == first + others && test.writes == 1)
      #expect(sink.lines == [#"# control: "a\nb""#, #"# notFinite: "huge""#])
    }
  }

  @Test
  func
    `operations not stored at the deadline stand in standard error, in order`()
    async throws
  {
    let sink = try Sink()
    let log = log(Influx(base: "http://127.0.0.1:1", database: "calc")!, sink)
    let ids = append(25, to: log)
    let report = await log.flush(within: .milliseconds(100))
    #expect(report.undelivered == 25 && report.exitCode == .failure)
    #expect(sink.ids == ids)
    #expect(
      sink.lines.allSatisfy {
        $0.firstMatch(of: /^operation,name=sum,pod=pod id="r\d+",numbers=2i,result=3\.0 \d{19}$/)
          != nil
      })
  }

  @Test func `a deadline does not wait for a write that hangs`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (_, influx) async throws in
      let log = log(influx, sink)
      let ids = append(12, to: log)
      await gate.arrivals(1)
      #expect(await log.flush(within: .milliseconds(50)).undelivered == 12)
      #expect(sink.ids == ids)
      gate.open()
    }
  }

  @Test
  func
    `a server that comes back in time gets all operations, despite its Retry-After`()
    async throws
  {
    let sink = try Sink()
    let answer: @Sendable (Int) async -> Response = {
      $0 == 1 ? Response(.serviceUnavailable, fields: ["Retry-After": "50"]) : Response(.noContent)
    }
    try await TestInflux.with(answer) { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(25, to: log)
      #expect(await log.flush(within: .seconds(10)).undelivered == 0)
      #expect(test.ids == ids)
    }
  }

  @Test func `past the capacity, operations stand in standard error at once`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink) { $0.capacity = 20 }
      let ids = append(23, to: log)
      gate.open()
      #expect(await log.flush().undelivered == 3)
      #expect(sink.ids == Array(ids.suffix(3)) && test.ids == Array(ids.prefix(20)))
    }
  }

  @Test func `operations from many threads all arrive, with a timestamp each`() async throws {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink) { $0.batch = 500 }
      await withTaskGroup(of: Void.self) { group in
        for start in 0..<8 { group.addTask { _ = append(500, to: log, from: start * 500) } }
      }
      #expect(await log.flush().undelivered == 0)
      #expect(Set(test.ids).count == 4000 && test.ids.count == 4000)
      #expect(Set(test.lines.map { $0.split(separator: " ").last }).count == 4000)
    }
  }

  @Test func `a log that is flushed takes nothing any more, and says so`() async throws {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink)
      _ = await log.flush()
      let ids = append(2, to: log)
      #expect(await log.flush().undelivered == 2)
      #expect(sink.ids == ids && test.writes == 0)
    }
  }

  @Test func `a batch of no operation, and a log for none, are refused`() async {
    await #expect(processExitsWith: .failure) {
      var options = BatchLog.Options()
      options.batch = 0
      let influx = Influx(base: "http://[::1]", database: "calc")!
      _ = BatchLog(Config(), influx, log: .none, options: options)
    }
    await #expect(processExitsWith: .failure) {
      var options = BatchLog.Options()
      options.capacity = 0
      let influx = Influx(base: "http://[::1]", database: "calc")!
      _ = BatchLog(Config(), influx, log: .none, options: options)
    }
  }
}
