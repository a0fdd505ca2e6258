import Comparison
import Picture
import Shared

/// `make k8s-compare`: the rows one after the other on one Deployment. A row that has a result is
/// not run again, so that a comparison that was interrupted goes on where it ended.
struct ClusterComparison: ClusterCommand {
  /// The scripts, which tests replace.
  struct Scripts: Sendable {
    var deploy = ["Scripts/k8s-deploy.sh"]
    var edge = ["Scripts/k8s-edge.sh"]
    var influx = ["Scripts/influxdb-k8s.sh", "deploy"]
  }

  private let environment: [String]
  private var namespace: String?
  private var choice = RowChoice()
  private var rows = Row.all
  private var clients = 40
  private var isAgain = false
  private var results = SideBySide.clusterFolder
  private var manifests = "k8s"
  var scripts = Scripts()
  var limits: ClusterRow.Limits

  init(environment: [String]) {
    self.environment = environment
    limits = ClusterRow.Limits(environment: environment)
  }

  static let syntax = CommandSyntax<ClusterComparison>(
    Subcommand.comparison.rawValue, "the talk's table on a real cluster, at most 4 minutes a row",
    options: Option.rows("one after the other", to: \.choice) + [
      .clients(to: \.clients), .namespace(to: \.namespace),
      .flag("again", "runs the rows again that have a result", to: \.isAgain),
      .folder(
        "results", "results", "for the JSON (default \(SideBySide.clusterFolder))", to: \.results),
      .folder("manifests", "k8s", "of v1/deployment.yaml … (default k8s)", to: \.manifests),
    ]
  ) { command throws(CommandError) in command.rows = try command.choice.rows() }

  /// - Returns: 0 only when all verdicts hold.
  /// - Throws: `CommandError`; no load is left in the cluster then.
  func run() async throws(CommandError) -> Int32 {
    let began = MonotonicTime.now
    try ResultFile.require(results)
    let template = try LoadTemplate()
    let kubectl = try await Kubectl(environment: environment, namespace: namespace)
    let left = isAgain ? rows : rows.filter { !isFinished($0, at: kubectl.place) }
    let manifests = try left.map { row throws(CommandError) in
      try ManifestFile(of: row, in: self.manifests)
    }
    if !left.isEmpty {
      let kept = rows.count - left.count
      Console.line(
        "compares \(left.count.of("row")) (\(left.map(\.name).joined(separator: " "))) in "
          + "namespace \(kubectl.namespace) of context \(kubectl.context): deploys each step, "
          + "loads it with \(clients) clients through the Service and the edge, replaces its "
          + "pods, scales up and down"
          + (kept > 0 ? "; \(kept.of("row")) of \(results) kept, again=1 runs all" : ""))
      try await prepare(kubectl, left)
      for (row, manifest) in zip(left, manifests) {
        try await run(row, kubectl, template, manifest)
      }
    } else {
      let what = rows.count == 1 ? "the row is" : "all \(rows.count) rows are"
      Console.line(
        "\(what) in \(results) already, from namespace \(kubectl.namespace) of context "
          + "\(kubectl.context); again=1 runs again"
      )
    }

    let all = Verdict.judge(Row.all.compactMap { stored($0) })
    for result in all { _ = try ResultFile.write(result, to: results) }
    let asked = all.filter { result in rows.contains { $0.name == result.row } }
    let wall = (MonotonicTime.now - began) / .seconds(1)
    Console.lines(Details.lines(asked, folder: results, wall: wall))
    Console.line("The picture: \(try PageFile.write(all, beside: results))")
    return asked.allSatisfy { $0.verdict?.holds == true } ? 0 : 1
  }

  /// Whether a row need not be run again: it was run there, and could be believed.
  private func isFinished(_ row: Row, at place: String) -> Bool {
    guard let result = stored(row) else { return false }
    return result.parameters.cluster == place && result.harness.isSound
  }

  /// What the row showed when it was last run; nil when it never was.
  private func stored(_ row: Row) -> RowResult? {
    guard let result = try? ResultFile.read(ResultFile.path(of: row.name, in: results)),
      result.origin == .cluster
    else { return nil }
    return result
  }

  /// What all rows share stays from one to the next.
  private func prepare(_ kubectl: Kubectl, _ rows: [Row]) async throws(CommandError) {
    do throws(CommandError) {
      try await DeployScript(
        kubectl: kubectl, arguments: scripts.edge, limit: limits.deploy
      ).run(
        for: "the edge cannot be deployed")
      if rows.contains(where: { $0.logging != nil }) {
        try await DeployScript(
          kubectl: kubectl, arguments: scripts.influx, limit: limits.deploy
        ).run(
          for: "InfluxDB cannot be deployed")
      }
    } catch {
      throw error.status == .interrupted ? interrupted(nil) : error
    }
  }

  private func run(
    _ row: Row, _ kubectl: Kubectl, _ template: LoadTemplate, _ manifest: ManifestFile
  ) async throws(CommandError) {
    Console.line("row \(row.name): \(row.news)")
    let run = ClusterRow(
      row: row, kubectl: kubectl, template: template, manifest: manifest, clients: clients,
      deployScript: scripts.deploy, limits: limits)
    let result: RowResult
    do throws(CommandError) { result = try await run.run() } catch {
      throw error.status == .interrupted ? interrupted(row) : error
    }
    _ = try ResultFile.write(result, to: results)
    let counts = result.counts
    Console.line(
      "  \(row.name): \(counts.sent.grouped) sent, \(counts.failed.grouped) failed, "
        + "\(counts.cut.grouped) cut"
        + (result.audit.map { ", \($0.lost.grouped) lost" } ?? "")
        + ", in \(result.harness.wall.fixed(0)) s")
    for reason in result.harness.reasons {
      Console.line("  \(row.name): cannot be believed: \(reason)")
    }
  }

  private func interrupted(_ row: Row?) -> CommandError {
    CommandError(
      .interrupted,
      "interrupted\(row.map { ": row \($0.name) was not counted" } ?? ""); the load is gone from "
        + "the cluster, the step stays, and the same command goes on"
    )
  }
}
