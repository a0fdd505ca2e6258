import Testing

@testable import Comparison
@testable import Rehearsal
@testable import Shared
@testable import TestSupport

/// A pod that logs operations gets the time that it may need, from the deletion on: the kubelet
/// counts the grace from before preStop.
@Suite struct GraceBudgetTests {
  static let manifests = ["v6", "v6/graceful", "v7", "v7/graceful"]

  private func deployment(_ folder: String) throws -> Deployment {
    let path = "k8s/\(folder)/deployment.yaml"
    return try Deployment.read(Array(Repository.text(path).utf8), file: path)
  }

  private func operations(_ folder: String) -> Duration {
    folder.hasPrefix("v6") ? TaskLog.Options().drain : BatchLog.Options().flush
  }

  /// Of standard error, then of standard output.
  private let lastLines = Undelivered.patience + Log.patience

  @Test(arguments: manifests)
  func `the grace covers preStop, the longest request, the operations and a margin`(folder: String)
    throws
  {
    let deployment = try deployment(folder)
    let preStop = try #require(deployment.preStopSleep)
    let needed = .seconds(preStop) + ServerOptions().drain + operations(folder) + lastLines
    let margin = Duration.seconds(deployment.grace) - needed
    #expect(
      margin >= .seconds(1) && margin <= .seconds(10), "needed \(needed) of \(deployment.grace) s")
    #expect(ServerOptions().drain >= ServerOptions().requestTimeout + Calculator.delay)
    #expect(TaskLog.Options().drain >= TaskLog.Options().work + InfluxClient.timeout)
  }

  @Test(arguments: manifests)
  func `the comment in the manifest is that sum`(folder: String) throws {
    let lines = try Repository.lines("k8s/\(folder)/deployment.yaml")
    let grace = try #require(lines.firstIndex { $0.contains("terminationGracePeriodSeconds:") })
    let sum = try #require(
      lines[grace - 1].firstMatch(
        of:
          /# preStop (\d+) \+ longest request (\d+) \+ operations (\d+) \+ last lines (\d+) \+ margin (\d+)$/
      ))
    let parts = try [sum.1, sum.2, sum.3, sum.4, sum.5].map { try #require(Int($0)) }
    let deployment = try deployment(folder)
    #expect(parts.reduce(0, +) == deployment.grace)
    #expect(parts[0] == deployment.preStopSleep)
    #expect(.seconds(parts[1]) == ServerOptions().drain)
    #expect(.seconds(parts[2]) == operations(folder))
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
