import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// A pod that logs operations gets the time that it may need, from the deletion on: the kubelet
/// counts the grace from before preStop.
@Suite struct GraceBudgetTests {
  static let rows = Row.all.filter { $0.logging != nil }

  private func deployment(_ row: Row) throws -> Deployment {
    try ManifestFile(of: row, in: Repository.root + "k8s").deployment
  }

  private func operations(_ row: Row) -> Duration {
    row.step == 6 ? TaskLog.Options().drain : BatchLog.Options().flush
  }

  /// Of standard error, then of standard output.
  private let lastLines = UndeliveredOperations.flushTimeout + Log.flushTimeout

  @Test(arguments: rows)
  func `the grace covers preStop, the longest request, the operations and a margin`(row: Row)
    throws
  {
    let deployment = try deployment(row)
    let preStop = try #require(deployment.preStopSleep)
    let needed = .seconds(preStop) + ServerOptions().drain + operations(row) + lastLines
    let margin = Duration.seconds(deployment.grace) - needed
    #expect(
      margin >= .seconds(1) && margin <= .seconds(10), "needed \(needed) of \(deployment.grace) s")
    #expect(ServerOptions().drain >= ServerOptions().requestTimeout + Calculator.delay)
    #expect(TaskLog.Options().drain >= TaskLog.Options().work + InfluxClient.timeout)
  }

  @Test(arguments: rows)
  func `the comment in the manifest is that sum`(row: Row) throws {
    let lines = try Repository.lines("k8s/\(row.manifest)")
    let grace = try #require(lines.firstIndex { $0.contains("terminationGracePeriodSeconds:") })
    let sum = try #require(
      lines[grace - 1].firstMatch(
        of:
          #/
          \# \ preStop \ (\d+) \ \+ \ longest \ request \ (\d+) \ \+ \ operations \ (\d+)
          \ \+ \ last \ lines \ (\d+) \ \+ \ margin \ (\d+) $
          /#))
    let parts = try [sum.1, sum.2, sum.3, sum.4, sum.5].map { try #require(Int($0)) }
    let deployment = try deployment(row)
    #expect(parts.reduce(0, +) == deployment.grace)
    #expect(parts[0] == deployment.preStopSleep)
    #expect(.seconds(parts[1]) == ServerOptions().drain)
    #expect(.seconds(parts[2]) == operations(row))
    #expect(.seconds(parts[3]) == lastLines)
  }

  @Test(arguments: [6, 7])
  func `the second act differs in one argument`(step: Int) throws {
    let graceful = try Repository.lines("k8s/v\(step)/graceful/deployment.yaml")
    #expect(
      try Repository.diff(Repository.manifest(step), graceful) == [
        #"+          args: ["--graceful"]"#
      ])
  }
}
