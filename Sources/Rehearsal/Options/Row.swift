/// One row of the comparison: a step of the talk, in one of its acts.
struct Row: Equatable, Sendable {
  /// `4`, later `6g`.
  let name: String
  /// Where its `deployment.yaml` lies, within the folder of manifests.
  let folder: String
  /// What the step brings, in at most 30 columns.
  let news: String
  /// What has to hold for the row to show what the talk says.
  let claims: [Claim]

  static let all: [Row] = [
    Row(name: "1", folder: "v1", news: "simple calc API, no probes", claims: [.fails(on: .deploy), .fails(on: .scaleUp)]),
    Row(name: "2", folder: "v2", news: "health, probes", claims: [.noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]),
    Row(name: "3", folder: "v3", news: "SIGTERM handled, no drainer", claims: [.cuts]),
    Row(name: "4", folder: "v4", news: "drainer", claims: [.stillFails, .podsReportNoneCut, .cutsFarLessThan("3"), .failsLessThan("3")]),
    Row(name: "5", folder: "v5", news: "preStop sleep", claims: [.failsNowhere]),
  ]

  static func named(_ name: some StringProtocol) -> Row? { all.first { $0.name == name } }
}
