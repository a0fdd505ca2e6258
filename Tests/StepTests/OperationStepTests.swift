import Libc
import Testing

@testable import Shared
@testable import TestSupport

/// What the steps that log operations promise, kept by their built executables: the default act
/// loses some, `--graceful` none.
@Suite(.serialized, .timeLimit(.minutes(4))) struct OperationStepTests {
  /// Answers so many sums, and returns what the process ended with after a SIGTERM.
  private func run(
    _ step: Int, _ arguments: [String], _ base: String, sums: Int = 20, thenSignals signals: Int = 1
  ) async throws -> (code: Int32, lines: [String]) {
    let process = try await StepProcess(
      step, arguments, ["INFLUXDB_BASE_URL": base, "POD_NAME": "pod"])
    let address = try #require(
      await process.address(), "step \(step) does not listen: \(process.lines)")
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<sums {
        group.addTask {
          let request = Request(
            .post, "/sum", fields: ["X-Request-ID": "r\(number)"],
            body: Array(#"{"numbers":[1,2,3,4]}"#.utf8))
          let client = await StepClient(address)
          #expect(await (try? client.send(request).get())?.status == .ok)
        }
      }
    }
    process.send(SIGTERM)
    if signals > 1 {
      _ = try #require(await process.line(containing: "ing operations"))
      process.send(SIGTERM)
    }
    let code = await process.exitCode()
    await process.end()
    return (code, process.lines)
  }

  private func ids(_ count: Int) -> [String] { (0..<count).map { "r\($0)" }.sorted() }

  private func replayable(_ lines: [String]) -> [String] {
    lines.compactMap {
      $0.firstMatch(of: /^operation,name=sum,pod=pod id="(\w+)",numbers=4i,result=10\.0 \d{19}$/)
        .map { String($0.1) }
    }
    .sorted()
  }

  @Test(arguments: [6, 7])
  func `the default act loses what is under way, without a trace and with 0`(step: Int) async throws
  {
    try await TestInflux.with { (test, influx) async throws in
      let (code, lines) = try await run(step, [], "http://\(influx.authority)")
      #expect(code == 0)
      #expect(test.ids == [])
      #expect(!lines.contains { $0.contains("operations") } && replayable(lines) == [])
    }
  }

  @Test(arguments: [6, 7])
  func `the graceful act stores every operation`(step: Int) async throws {
    try await TestInflux.with { (test, influx) async throws in
      let (code, lines) = try await run(step, ["--graceful"], "http://\(influx.authority)")
      #expect(code == 0)
      #expect(test.ids.sorted() == ids(20))
      #expect(lines.last?.contains(#"msg="operations drained" undelivered=0"#) == true)
    }
  }

  @Test(arguments: [6, 7])
  func
    `a second signal cuts the operations' drain: they stand in standard error, the status is 1`(
      step: Int
    ) async throws
  {
    let (code, lines) = try await run(step, ["--graceful"], "http://127.0.0.1:1", thenSignals: 2)
    #expect(code == 1)
    #expect(replayable(lines) == ids(20))
    #expect(
      lines.contains {
        $0.contains(#"msg="operations not stored" count=20 reason="another signal came""#)
      })
    #expect(lines.contains { $0.contains(#"msg="operations drained" undelivered=20"#) })
  }

  @Test(arguments: [6, 7])
  func `what InfluxDB rejects stands in standard error, with what it said in the log`(step: Int)
    async throws
  {
    try await TestInflux.with { _ in
      .json(.badRequest, #"{"error":"no \"field\""}"#)
    } _: { (test, influx) async throws in
      let (code, lines) = try await run(step, ["--graceful"], "http://\(influx.authority)")
      #expect(code == 1)
      #expect(replayable(lines) == ids(20))
      #expect(
        lines.contains {
          $0.contains("level=error") && $0.contains(#"no \"field\""#)
        })
    }
  }

  @Test(arguments: [6, 7])
  func `an argument that is not known ends a step with one line and 64`(step: Int) async throws {
    let process = try await StepProcess(step, ["--gracefull"])
    #expect(await process.exitCode() == 64)
    #expect(process.lines == [#"unknown argument "--gracefull"; allowed is --graceful"#])
    await process.end()
  }

  @Test(arguments: [6, 7])
  func `an InfluxDB behind TLS is refused with one line and 78`(step: Int) async throws {
    let process = try await StepProcess(step, [], ["INFLUXDB_BASE_URL": "https://influxdb:8086"])
    #expect(await process.exitCode() == 78)
    #expect(
      process.lines == [
        #"INFLUXDB_BASE_URL is "https://influxdb:8086"; allowed is an http:// URL; for https put "#
          + #"a TLS proxy in front"#
      ])
    await process.end()
  }
}
