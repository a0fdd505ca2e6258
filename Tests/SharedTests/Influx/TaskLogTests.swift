import Testing

@testable import Shared
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct TaskLogTests {
  private func log(
    _ influx: Influx, _ sink: Sink, _ change: (inout TaskLog.Options) -> Void = { _ in }
  ) -> TaskLog {
    var options = TaskLog.Options()
    options.work = .milliseconds(20)
    options.undelivered = sink.descriptor
    change(&options)
    var config = Config()
    config.podName = "pod"
    return TaskLog(config, influx, log: .none, options: options)
  }

  private func append(_ count: Int, to log: some OperationLog, from first: Int = 0) -> [String] {
    let ids = (first..<first + count).map { "r\($0)" }
    for id in ids { log.append(Operation(id: id, name: "sum", numbers: 2, result: 3)) }
    return ids
  }

  @Test func `a drain waits until every operation is stored, each as a point of its own`()
    async throws
  {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(300, to: log)
      let report = await log.drain()
      #expect(report.undelivered == 0 && report.exitCode == .success)
      #expect(test.ids.sorted() == ids.sorted())
      #expect(test.writes == 300)
      #expect(
        Set(test.lines.map { $0.split(separator: " ").last }).count == 300,
        "each has a timestamp of its own")
      #expect(sink.lines == [])
    }
  }

  @Test func `operations that come while it drains count too`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink)
      let first = append(1, to: log)
      let drain = Task { await log.drain() }
      await gate.arrivals(1)
      let second = append(5, to: log, from: 1)
      gate.open()
      #expect(await drain.value.undelivered == 0)
      #expect(test.ids.sorted() == first + second)
    }
  }

  @Test func `what fails for a while is written again, and stored once`() async throws {
    let sink = try Sink()
    try await TestInflux.with {
      Response($0 <= 3 ? .serviceUnavailable : .noContent)
    } _: { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(2, to: log)
      #expect(await log.drain().undelivered == 0)
      #expect(test.ids.sorted() == ids && test.writes == 5)
    }
  }

  @Test func `a drain ends at its deadline, though the loop of the log is held up`() async throws {
    let sink = try Sink()
    let (isHeld, release) = (Promise<Void>(), ThreadSemaphore())
    var config = Config()
    config.podName = "pod"
    let holding = Log(config) { line in
      guard String(decoding: line, as: UTF8.self).contains("does not store") else { return }
      isHeld.fulfil()
      _ = release.wait(within: .seconds(60))
    }
    var options = TaskLog.Options()
    options.work = .zero
    options.undelivered = sink.descriptor
    try await TestInflux.with {
      Response($0 == 1 ? .serviceUnavailable : .noContent)
    } _: { [options, config] (_, influx) async throws in
      let log = TaskLog(config, influx, log: holding, options: options)
      let ids = append(1, to: log)
      await isHeld.wait()
      #expect(await log.drain(within: .milliseconds(100)).undelivered == 1)
      #expect(sink.ids == ids)
      release.signal()
    }
  }

  @Test func `a retry has the same timestamp`() async throws {
    let sink = try Sink()
    try await TestInflux.with {
      Response($0 == 1 ? .serviceUnavailable : .noContent)
    } _: { (test, influx) async throws in
      let log = log(influx, sink)
      _ = append(1, to: log)
      _ = await log.drain()
      #expect(test.requests.count == 2 && Set(test.requests).count == 1)
    }
  }

  @Test func `what is rejected stands in standard error at once, and is not tried again`()
    async throws
  {
    let sink = try Sink()
    try await TestInflux.with { _ in
      Response(.badRequest)
    } _: { (test, influx) async throws in
      let log = log(influx, sink)
      let ids = append(3, to: log)
      let report = await log.drain()
      #expect(report.undelivered == 3 && report.exitCode == .failure)
      #expect(sink.ids.sorted() == ids && test.writes == 3)
    }
  }

  @Test func `an operation that cannot be encoded is told at once`() async throws {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink) { $0.work = .seconds(3600) }
      log.append(Operation(id: "huge", name: "sum", numbers: 2, result: .infinity))
      let report = await log.drain()
      #expect(report.undelivered == 1 && report.took < .seconds(10))
      #expect(sink.lines == [#"# notFinite: "huge""#] && test.writes == 0)
    }
  }

  @Test
  func
    `operations not stored at the deadline stand in standard error, in order`()
    async throws
  {
    let sink = try Sink()
    let log = log(Influx(base: "http://127.0.0.1:1", database: "calc")!, sink)
    let ids = append(50, to: log)
    let report = await log.drain(within: .milliseconds(100))
    #expect(report.undelivered == 50 && report.exitCode == .failure)
    #expect(sink.ids == ids)
    #expect(
      sink.lines.allSatisfy {
        $0.firstMatch(of: /^operation,name=sum,pod=pod id="r\d+",numbers=2i,result=3\.0 \d{19}$/)
          != nil
      })
  }

  @Test func `a deadline does not wait for a write that hangs, nor for work that goes on`()
    async throws
  {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (_, influx) async throws in
      let log = log(influx, sink) { $0.work = .milliseconds(1) }
      let hanging = append(1, to: log)
      await gate.arrivals(1)
      let slow = self.log(influx, sink) { $0.work = .seconds(3600) }
      let working = append(1, to: slow, from: 1)
      #expect(await log.drain(within: .milliseconds(50)).undelivered == 1)
      #expect(await slow.drain(within: .milliseconds(50)).undelivered == 1)
      #expect(sink.ids == hanging + working)
      gate.open()
    }
  }

  @Test
  func
    `a slow server gets a limited number of writes at a time, and no operation that was given up`()
    async throws
  {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink) { $0.work = .zero }
      let ids = append(2 * TaskLog.writesAtATime, to: log)
      await gate.arrivals(TaskLog.writesAtATime)
      #expect(await log.drain(within: .milliseconds(50)).undelivered == ids.count)
      #expect(sink.ids == ids)
      gate.open()
      while test.lines.count < TaskLog.writesAtATime { await Task.yield() }
      // Some turns of all loops: what would still ask has done so.
      let loop = EventLoop()
      for _ in 0..<4 { await loop.perform { try? await $0.sleep(for: .milliseconds(10)) } }
      await loop.stop()
      #expect(test.writes == TaskLog.writesAtATime)
    }
  }

  @Test func `past the limit, operations stand in standard error at once`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (test, influx) async throws in
      let log = log(influx, sink) { $0.maxTasks = 10 }
      let ids = append(13, to: log)
      gate.open()
      #expect(await log.drain().undelivered == 3)
      #expect(sink.ids == Array(ids.suffix(3)) && test.ids.sorted() == ids.prefix(10).sorted())
    }
  }

  @Test func `two drains at a time both end, whichever began first`() async throws {
    let sink = try Sink()
    let gate = Gate()
    try await TestInflux.with(TestInflux.storing(after: gate)) { (_, influx) async throws in
      let log = log(influx, sink)
      _ = append(3, to: log)
      let drains = [Task { await log.drain() }, Task { await log.drain() }]
      await gate.arrivals(3)
      gate.open()
      for drain in drains { #expect(await drain.value.undelivered == 0) }
    }
  }

  @Test func `a log that is drained takes nothing any more, and says so`() async throws {
    let sink = try Sink()
    try await TestInflux.with { (test, influx) async throws in
      let log = log(influx, sink)
      _ = await log.drain()
      let ids = append(2, to: log)
      #expect(await log.drain().undelivered == 2)
      #expect(sink.ids == ids && test.writes == 0)
    }
  }

  @Test func `a log without a task is refused`() async {
    await #expect(processExitsWith: .failure) {
      var options = TaskLog.Options()
      options.maxTasks = 0
      let influx = Influx(base: "http://[::1]", database: "calc")!
      _ = TaskLog(Config(), influx, log: .none, options: options)
    }
  }
}
