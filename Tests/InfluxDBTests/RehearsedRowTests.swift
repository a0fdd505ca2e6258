import Testing

@testable import Rehearsal
@testable import Shared

/// The same row with the stand-in and with a real InfluxDB shows the same.
@Suite(.enabled(if: RealInfluxDB.isThere, "no real InfluxDB: see make test"), .timeLimit(.minutes(3))) struct RehearsedRowTests {
  private let folder = TemporaryFolder()

  private func run(_ name: String, _ words: [String]) async throws -> [RowResult] {
    let results = "\(folder.path)/\(name)"
    let all = [
      "rows=6 6g", "phases=deploy", "replicas=3", "clients=8", "start=0.2s", "lag=0.2s", "plain=1", "results=\(results)",
      "manifests=\(Repository.root)k8s", "executables=\(BuiltHarness.folder)",
    ]
    let run = try await HarnessRun.run(all + words)
    #expect(run.code == 0, "\(name): \(run.lines.suffix(40))")
    return try ["6", "6g"].map { try ResultFile.read("\(results)/\($0).json") }
  }

  @Test func `the stand-in and a real InfluxDB come to the same verdicts, and the audit adds up`() async throws {
    let url = try #require(RealInfluxDB.url)
    async let standIn = run("stand-in", [])
    async let real = run("real", ["influx=\(url)"])
    for (one, other) in try await zip(standIn, real) {
      #expect(one.parameters.influx == "stand-in" && other.parameters.influx == url)
      #expect(one.verdict?.word == "holds" && other.verdict?.word == "holds")
      #expect(one.verdict?.findings.map(\.holds) == other.verdict?.findings.map(\.holds))
      for audit in [one.audit, other.audit].compactMap(\.self) {
        #expect(audit.answered == audit.logged - audit.loggedThoughFailed + audit.lost + audit.undelivered)
        #expect(audit.answered > 100 && audit.strange == 0 && audit.loggedTwice == 0)
      }
    }
  }

  @Test func `a rehearsal leaves no database behind`() async throws {
    let url = try #require(RealInfluxDB.url)
    _ = try await run("clean", ["influx=\(url)"])
    try await RealInfluxDB.with { database async throws in
      let databases = String(decoding: try await database.query("SHOW DATABASES"), as: UTF8.self)
      #expect(!databases.contains("rehearsal-6g-\(getpid())"))
    }
  }
}
