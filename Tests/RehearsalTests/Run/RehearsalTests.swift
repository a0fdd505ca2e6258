import Libc
import Shared
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import TestSupport

/// The built harness with the built steps: real pods, sockets and signals, small and quick.
@Suite(.serialized, .timeLimit(.minutes(6))) struct RehearsalTests {
  private let folder = TemporaryFolder()

  @Test func `a port for each pod does where there is only one address`() async throws {
    let run = try await folder.rehearse(
      "rows=3 5", "phases=deploy", "replicas=4", "clients=12", "start=0.2s", "lag=0.5s", "ports=1",
      manifests: folder.manifests())
    #expect(
      run.code == 0, "\(run.lines.filter { $0.contains("FAILS") || $0.contains("no verdict") })")
    // Row 3 waits for row 5, whose pods take longer to stop.
    #expect(run.lines.filter { $0.contains("  done  ") }.allSatisfy { $0.contains("  0 req/s") })
    #expect(try folder.result("5").pods.allSatisfy { $0.address.hasPrefix("127.0.0.1:") })
    #expect(try folder.result("3").pods.allSatisfy { $0.address.hasPrefix("127.0.0.1:") })
  }

  @Test
  func `whatever InfluxDB does during the rollout, the graceful acts lose nothing without a trace`()
    async throws
  {
    let manifests = try folder.manifests()
    // Side by side: each waits for its last batches.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for fault in ["down:3s", "503", "slow:500ms", "reset"] {
        group.addTask {
          let results = "results=\(folder.path)/\(fault)"
          let run = try await folder.rehearse(
            "rows=6g 7g", "phases=deploy", "replicas=3", "clients=8", "start=0.2s", "lag=0.2s",
            "influx-fault=\(fault)",
            manifests: manifests, results: results)
          for row in ["6g", "7g"] {
            let result = try ResultFile.read("\(folder.path)/\(fault)/\(row).json")
            #expect(result.parameters.influxFault != nil)
            // On a slow machine there may be no verdict, but nothing is lost there either.
            #expect(result.verdict?.word != "FAILS", "\(fault): \(run.output)")
            #expect(
              result.audit?.lost == 0 && result.audit?.loggedTwice == 0
                && result.counts.failed == 0, "\(fault)")
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `the exit status is 1 when a verdict does not hold`() async throws {
    // A drainer in row 5's place that has no preStop hook fails as row 4 does.
    let path = try folder.manifests { text in
      text.replacing(
        """
                  lifecycle:\n            preStop:\n              sleep:\n                \
        seconds: 5\n
        """,
        with: "")
    }
    let run = try await folder.rehearse(
      "v=5", "phases=deploy", "replicas=4", "clients=12", "start=0.2s", "lag=0.7s", manifests: path)
    #expect(run.code == 1, "\(run.output)")
    #expect(run.output.contains("FAILS: no request fails"))
    #expect(try folder.result("5").verdict?.holds == false)
  }

  @Test(arguments: ["deploy", "scale-up scale-down"])
  func `a step without a drainer fails under the manifest of row 5`(phases: String) async throws {
    let run = try await HarnessRun.run([
      "v=5", "phases=\(phases)", "replicas=4", "clients=40", "kind=keepalive", "keep=40",
      "prestop=2", "start=0.2s", "plain=1", "manifests=\(try folder.manifests())",
      "executables=\(try folder.executables("CalcV3", in: "CalcV5"))",
      "results=\(folder.path)/results",
    ])
    #expect(run.code == 1, "\(run.output)")
    #expect(run.output.contains("FAILS: no request fails"))
    let result = try folder.result("5")
    #expect(result.verdict?.word == "FAILS")
    let phase: Phase = phases == "deploy" ? .deploy : .scaleDown
    #expect(result.counts.sum(phase) { $0 == .eof || $0 == .reset } > 0)
    #expect(try #require(result.sigtermsUnderLoad(in: phase)) > 0)
    // Each failure is told with its pod's SIGTERM.
    let failures = try #require(result.failures)
    #expect(failures.count == result.counts.failed && result.failuresDropped == 0)
    #expect(failures.allSatisfy { $0.pod != nil && $0.id.hasPrefix("5-") })
  }

  @Test func `what was seen is shown even when it cannot be written`() async throws {
    // A folder where the result belongs.
    try folder.write("", to: "results/5.json/in-the-way")
    let run = try await folder.rehearse(
      "v=5", "phases=steady", "replicas=1", "clients=4", "start=0s", "lag=0s",
      manifests: folder.manifests())
    #expect(run.code == 73)
    #expect(run.lines.contains { $0.hasPrefix("Row 5: preStop sleep") }, "\(run.lines)")
    #expect(
      run.lines.last?.hasPrefix("\(folder.path)/results/5.json: cannot be written") == true,
      "\(run.lines)")
  }

  @Test func `the output of each pod, a summary and JUnit are kept on request`()
    async throws
  {
    let run = try await folder.rehearse(
      "v=5", "phases=steady", "replicas=2", "clients=4", "start=0s", "lag=0s",
      "logs=\(folder.path)/logs", "junit=\(folder.path)/out/junit.xml",
      manifests: folder.manifests())
    #expect(run.code == 0, "\(run.output)")
    for pod in try folder.result("5").pods {
      let log = try TemporaryFolder.text("\(folder.path)/logs/5/\(pod.name).log")
      #expect(log.contains("msg=listening"))
    }
    let summary = try JSONDecoder().decode(
      Summary.self, from: Data(Files.bytes(of: "\(folder.path)/results/summary.json")))
    #expect(summary.holds && summary.rows.map(\.row) == ["5"])
    #expect(
      try TemporaryFolder.text("\(folder.path)/out/junit.xml").contains("<testsuite name=\"row 5\"")
    )
  }

  // The last, when fewer suites run beside it: 60 pods at a time take the whole machine.
  @Test(.disabled(if: Sanitizer.isOn, "60 pods at a time are too many for a sanitizer"))
  func `every row shows what the talk says`() async throws {
    let run = try await folder.rehearse(
      "replicas=4", "clients=12", "start=0.2s", "lag=0.5s", manifests: folder.manifests())
    #expect(
      run.code == 0, "\(run.lines.filter { $0.contains("FAILS") || $0.contains("no verdict") })")
    #expect(run.output.contains("9 of 9 rows as the talk says"))
    let results = try Row.all.map { try folder.result($0.name) }
    #expect(results.allSatisfy { $0.harness.ownFailures == 0 && $0.counts.sent > 0 })
    #expect(results[1].pods.filter { $0.deletedIn != nil }.allSatisfy { $0.code == 137 })
    #expect(results[2].counts.cut > 0)
    #expect(results[3].pods.compactMap(\.cut).allSatisfy { $0 == 0 })
    #expect(results[4].counts.failed == 0)
    let audits = results.compactMap(\.audit)
    #expect(
      audits.count == 4
        && audits.allSatisfy { $0.answered > 0 && $0.unknown == 0 && $0.loggedTwice == 0 })
    #expect(audits.map { $0.lost > 0 } == [true, false, true, false])
    #expect(audits.allSatisfy { $0.lostElsewhere == 0 })
    for row in Row.all {
      let path = ResultFile.path(of: row.name, in: folder.path + "/results")
      #expect(try JSONSchema.result().errors(JSONDocument(Files.bytes(of: path))) == [], "\(path)")
    }
    let third = results[2]
    let sent = third.series?.lines.flatMap(\.sent).reduce(0, +)
    let failed = third.series?.lines.flatMap(\.failed).reduce(0, +)
    #expect(sent == third.counts.sent)
    #expect(failed == third.counts.failed)
    #expect(third.failures?.count == third.counts.failed)
    #expect(third.spans?.map(\.phase) == Phase.allCases)
  }
}
