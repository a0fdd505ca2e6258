import Testing

@testable import Cluster
@testable import Comparison
@testable import Rehearsal

@Suite(.timeLimit(.minutes(4))) struct LagTests {
  /// Requests that arrive every 40 ms until `last`, and are answered 0.1 s later.
  private func answers(until last: Double) -> [Double] {
    stride(from: 96.0, through: last + 0.0001, by: 0.04).map { $0 + 0.1 }
  }

  @Test func `the lag is from the deletion to the last arrival`() throws {
    let sample = try #require(LagSample(answers(until: 100.8), deleted: 100))
    #expect(abs(sample.lag - 0.8) < 0.001)
    #expect(abs(sample.error - 0.04) < 0.002)
  }

  @Test func `requests that end before the deletion are no lag`() throws {
    #expect(try #require(LagSample(answers(until: 99.5), deleted: 100)).lag == 0)
  }

  @Test func `a log that says too little is no sample`() {
    #expect(LagSample([], deleted: 0) == nil)
    // The load has ended before.
    #expect(LagSample(answers(until: 98.5), deleted: 100) == nil)
  }

  private func samples(_ lags: Double...) throws -> [LagSample] {
    try lags.map { try #require(LagSample(answers(until: 100 + $0), deleted: 100)) }
  }

  @Test func `the report tells bursts from single deletions, and recommends by the bursts`() throws
  {
    let report = LagReport(
      quiet: try samples(0.08, 0.16), burst: try samples(0.12, 1.04, 0.40, 0.72))
    #expect(abs(report.quiet.median - 0.12) < 0.01 && abs(report.quiet.maximum - 0.16) < 0.01)
    #expect(abs(report.burst.median - 0.56) < 0.01 && abs(report.burst.maximum - 1.04) < 0.01)
    #expect(report.preStop == 4)
    let lines = report.lines(preStop: 5)
    #expect(lines.contains { $0.hasPrefix("  alone") && $0.contains("0.12 s") })
    #expect(lines.contains { $0.hasPrefix("  in bursts") && $0.contains("1.04 s") })
    #expect(lines.contains { $0.contains("minSyncPeriod, 1 s by default") })
    #expect(lines.contains { $0.hasPrefix("preStop: 4 s") })
    #expect(lines.contains("the step's preStop of 5 s is enough"))
    let words = try #require(lines.last?.split(separator: " ").suffix(2).map(String.init))
    let options = try Options.parse(words, executables: "")
    #expect(options.lag.map { $0 > .milliseconds(50) && $0 < .milliseconds(170) } == true)
    #expect(options.jitter.map { $0 > .milliseconds(800) && $0 < .milliseconds(950) } == true)
    #expect(report.lines(preStop: 2).contains { $0.contains("preStop of 2 s is short") })
    #expect(
      report.lines(preStop: 1).contains { $0.contains("until the preStop sleep of 1 s was over") })
  }

  @Test func `pods are deleted alone and then in bursts, and measured by their own logs`()
    async throws
  {
    let scene = try ClusterScene()
    try scene.playLag()
    try scene.write([ClusterJSON.list([])], to: "nodes")
    var measurement = try LagMeasurement(
      ["deletions=2", "burst=2", "quiet=1"], scene.environment)
    (measurement.spell, measurement.listening) = (.seconds(1), .seconds(-4))
    #expect(try await measurement.run() == 0)
    #expect(
      try scene.calls().filter { $0.hasPrefix("delete pod/") } == [
        "delete pod/a --wait=false", "delete pod/b --wait=false", "delete pod/c --wait=false",
      ])
    #expect(try scene.isClean())
  }

  @Test func `a step without a preStop sleep cannot tell`() async throws {
    let scene = try ClusterScene()
    try scene.play()
    let refusal = await #expect(throws: CommandError.self) {
      try await LagMeasurement([], scene.environment).run()
    }
    #expect(refusal?.message.hasSuffix("make k8s-deploy v=5 comes first") == true)
    #expect(try !scene.calls().contains { $0.hasPrefix("apply") })
  }

  @Test func `a burst takes more pods than it deletes`() async throws {
    let scene = try ClusterScene()
    try scene.playLag()
    let refusal = await #expect(throws: CommandError.self) {
      try await LagMeasurement([], scene.environment).run()
    }
    #expect(refusal?.message.hasSuffix("make k8s-scale n=12 has") == true)
  }
}
