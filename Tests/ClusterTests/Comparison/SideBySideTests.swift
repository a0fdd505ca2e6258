import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

struct SideBySideTests {
  private func result(
    _ row: String, stage: RowResult.Origin, tcp: (sent: Int, failed: Int), word: String = "holds",
    lost: Int? = nil
  )
    -> RowResult
  {
    var result = RowResult(row: row, parameters: Parameters())
    result.origin = stage
    result.counts.add(.deploy, .tcp, .fresh, .ok, tcp.sent - tcp.failed)
    result.counts.add(.deploy, .tcp, .fresh, .refused, tcp.failed)
    if let lost {
      var audit = Audit()
      audit.lost = lost
      result.audit = audit
    }
    result.verdict = Verdict(of: result, claims: [])
    result.verdict?.word = word
    return result
  }

  private func pair(_ row: String, _ rehearsal: RowResult?, _ cluster: RowResult?) throws
    -> SideBySide.Pair
  {
    SideBySide.Pair(row: try #require(Row.named(row)), rehearsal: rehearsal, cluster: cluster)
  }

  @Test func `two that show the same agree`() throws {
    let pair = try pair(
      "4", result("4", stage: .rehearsal, tcp: (15_000, 260)),
      result("4", stage: .cluster, tcp: (19_500, 173)))
    #expect(pair.disagreements.isEmpty && SideBySide.gaps([pair]).isEmpty)
    #expect(
      SideBySide.lines([pair]).last
        == "rehearsal and cluster agree in 1 row: verdicts, claims, and the order of magnitude "
        + "of failures."
    )
  }

  @Test(arguments: [
    ((15_000, 260), (15_000, 20)), ((15_000, 0), (15_000, 3)), ((1_000, 3), (15_000, 0)),
  ])
  func `an order of magnitude between failures is a disagreement`(
    one: (Int, Int), other: (Int, Int)
  ) throws {
    let pair = try pair(
      "4", result("4", stage: .rehearsal, tcp: one), result("4", stage: .cluster, tcp: other))
    #expect(
      pair.disagreements.count == 1 && pair.disagreements[0].hasPrefix("failures through tcp: "))
  }

  @Test(arguments: [
    ((15_000, 260), (15_000, 30)), ((15_000, 2), (15_000, 0)), ((0, 0), (15_000, 100)),
  ])
  func `less than that, one or two, or a door that was not used, is none`(
    one: (Int, Int), other: (Int, Int)
  ) throws {
    let pair = try pair(
      "4", result("4", stage: .rehearsal, tcp: one), result("4", stage: .cluster, tcp: other))
    #expect(pair.disagreements.isEmpty)
  }

  @Test func `verdicts and claims that differ are told with what was seen`() throws {
    var (one, other) = (
      result("5", stage: .rehearsal, tcp: (100, 0)),
      result("5", stage: .cluster, tcp: (100, 0), word: "FAILS")
    )
    one.verdict?.findings = [.init(claim: "no request fails", holds: true, seen: "0 of 100")]
    other.verdict?.findings = [.init(claim: "no request fails", holds: false, seen: "7 of 100")]
    #expect(
      try pair("5", one, other).disagreements == [
        "verdict: holds in the rehearsal, FAILS on the cluster",
        "no request fails: 0 of 100 in the rehearsal, 7 of 100 on the cluster",
      ])
  }

  @Test func `operations lost here and not there are a disagreement`() throws {
    let pair = try pair(
      "5", result("5", stage: .rehearsal, tcp: (100, 0), lost: 12),
      result("5", stage: .cluster, tcp: (100, 0), lost: 0))
    #expect(pair.disagreements == ["lost operations: 12 in the rehearsal, 0 on the cluster"])
  }

  @Test func `a row that is missing is said, with the command that runs it`() throws {
    let lines = SideBySide.lines([
      try pair("3", nil, result("3", stage: .cluster, tcp: (100, 9))),
      try pair("4", result("4", stage: .rehearsal, tcp: (100, 9)), nil),
    ])
    #expect(lines.contains(#"not rehearsed: 3; make rehearse rows="3""#))
    #expect(lines.contains(#"not run on a cluster: 4; make k8s-compare rows="4""#))
    #expect(lines.allSatisfy { $0.count <= Headline.columns })
    #expect(!lines.contains { $0.contains("agree") })
  }

  @Test func `the exit status is 0 only when all rows are there and agree`() throws {
    let folder = TemporaryFolder()
    let words = ["rows=5", "rehearsal=\(folder.path)/rehearsal", "cluster=\(folder.path)/cluster"]
    #expect(try SideBySide(words).run() == 1)
    _ = try ResultFile.write(
      result("5", stage: .rehearsal, tcp: (100, 0)), to: "\(folder.path)/rehearsal")
    #expect(try SideBySide(words).run() == 1)
    _ = try ResultFile.write(
      result("5", stage: .cluster, tcp: (100, 0)), to: "\(folder.path)/cluster")
    #expect(try SideBySide(words).run() == 0)
    try folder.write("{", to: "cluster/5.json")
    let refusal = #expect(throws: CommandError.self) { try SideBySide(words).run() }
    #expect(refusal?.status == .data)
  }

  @Test func `what was not run alike is said, and what was is not`() {
    var one = RowResult(row: "4", parameters: Parameters())
    (one.commit, one.parameters.clients, one.parameters.preStop) = ("a1", 40, 5)
    var other = one
    other.origin = .cluster
    let row = Row.all[3]
    #expect(SideBySide.Pair(row: row, rehearsal: one, cluster: other).conditions.isEmpty)
    (other.commit, other.parameters.clients, other.parameters.preStop) = ("b2", 80, nil)
    one.parameters.lag = 0.05
    #expect(
      SideBySide.Pair(row: row, rehearsal: one, cluster: other).conditions == [
        "commit a1 in the rehearsal, b2 on the cluster",
        "clients 40 in the rehearsal, 80 on the cluster",
        "preStop 5 in the rehearsal, none on the cluster", "lag=0.05 s in the rehearsal",
      ])
    // Documents of schema 1 know no commit.
    other.commit = nil
    #expect(
      !SideBySide.Pair(row: row, rehearsal: one, cluster: other).conditions.contains {
        $0.hasPrefix("commit")
      })
  }
}
