import Libc
import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// The same row with the stand-in and with a real InfluxDB shows the same.
@Suite(
  .needsInfluxDB, .serialized,
  .timeLimit(.minutes(6))) struct RehearsedRowTests
{
  private let folder = TemporaryFolder()

  private func words(_ name: String) -> [String] {
    [
      "rows=6 6g", "phases=deploy", "replicas=3", "clients=8", "start=0.2s", "lag=0.2s", "plain=1",
      "results=\(folder.path)/\(name)",
      "manifests=\(Repository.root)k8s", "executables=\(BuiltHarness.folder)",
    ]
  }

  private func run(_ name: String, _ words: [String]) async throws -> [RowResult] {
    var run = try await HarnessRun.run(self.words(name) + words)
    // Other suites run beside this one: a machine that was too slow says nothing.
    if run.output.contains("[no verdict]") {
      run = try await HarnessRun.run(self.words(name) + words)
    }
    // Too slow for a verdict is all that a sanitizer excuses.
    let isSlow = Sanitizer.isOn && run.output.contains("[no verdict]")
    #expect(run.code == (isSlow ? 1 : 0), "\(name): \(run.lines.suffix(40))")
    #expect(!run.output.contains("[FAILS]"), "\(name): \(run.lines.suffix(40))")
    return try ["6", "6g"].map { try ResultFile.read("\(folder.path)/\(name)/\($0).json") }
  }

  @Test func `the stand-in and a real InfluxDB come to the same verdicts, and the audit adds up`()
    async throws
  {
    let url = try #require(RealInfluxDB.url)
    async let standIn = run("stand-in", [])
    // A sanitizer takes the processors that two rehearsals at a time need.
    if Sanitizer.isOn { _ = try await standIn }
    async let real = run("real", ["influx=\(url)"])
    for (one, other) in try await zip(standIn, real) {
      #expect(one.parameters.influx == "stand-in" && other.parameters.influx == url)
      if one.harness.isTrustworthy && other.harness.isTrustworthy || !Sanitizer.isOn {
        #expect(one.verdict?.word == "holds" && other.verdict?.word == "holds")
        #expect(one.verdict?.findings.map(\.holds) == other.verdict?.findings.map(\.holds))
      }
      for audit in [one.audit, other.audit].compactMap(\.self) {
        #expect(
          audit.answered == audit.logged - audit.loggedThoughFailed + audit.lost + audit.undelivered
        )
        #expect(audit.answered > 100 && audit.unknown == 0 && audit.loggedTwice == 0)
      }
    }
  }

  /// The databases of rehearsals.
  private func databases() async throws -> Set<String> {
    try await RealInfluxDB.with { database async throws in
      let answer = String(decoding: try await database.query("SHOW DATABASES"), as: UTF8.self)
      return Set(answer.matches(of: /rehearsal-[0-9g]+-\d+/).map { String($0.0) })
    }
  }

  @Test func `a rehearsal leaves no database behind`() async throws {
    let url = try #require(RealInfluxDB.url)
    _ = try await run("clean", ["influx=\(url)"])
    #expect(try await databases().isEmpty)
  }

  @Test func `not even one that Ctrl-C ends`() async throws {
    let url = try #require(RealInfluxDB.url)
    let run = try await HarnessRun.run(words("interrupted") + ["influx=\(url)"]) { output, pid in
      if output.contains("row 6g  deploy") { kill(pid, SIGINT) }
    }
    #expect(run.code == 130)
    #expect(run.lines.last == "interrupted: nothing was counted, nothing is left running")
    #expect(try await databases().isEmpty)
  }
}
