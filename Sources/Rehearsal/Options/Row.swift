import Shared

/// One row of the comparison: a step of the talk, in one of its acts.
struct Row: Equatable, Sendable {
  /// `4`, `6g`.
  let name: String
  /// Where its `deployment.yaml` lies, within the folder of manifests.
  let folder: String
  /// What the step brings, in at most 30 columns.
  let news: String
  /// Nil for steps that log no operations.
  let logging: Logging?
  /// What has to hold for the row to show what the talk says.
  let claims: [Claim]

  /// How a step's pods log operations.
  struct Logging: Equatable, Sendable {
    /// How long a pod may hold an operation that it was given before it is due to be logged.
    let holds: Duration
    /// Connections of a pod, at most.
    let writesAtATime: Int

    static let tasks = Logging(holds: TaskLog.Options().work, writesAtATime: TaskLog.writesAtATime)
    static let batches = Logging(holds: BatchLog.Options().interval, writesAtATime: 1)
  }

  init(name: String, folder: String, news: String, logging: Logging? = nil, claims: [Claim]) {
    self.name = name
    self.folder = folder
    self.news = news
    self.logging = logging
    self.claims = claims
  }

  static let all: [Row] = [
    Row(
      name: "1", folder: "v1", news: "simple calc API, no probes",
      claims: [.fails(on: .deploy), .fails(on: .scaleUp)]),
    Row(
      name: "2", folder: "v2", news: "health, probes",
      claims: [.noneFails(of: .fresh, through: .tcp), .oldPodsAreKilled]),
    Row(
      name: "3", folder: "v3", news: "SIGTERM handled, no drainer",
      claims: [.cuts, .oldPodsEndByThemselves]),
    Row(
      name: "4", folder: "v4", news: "drainer",
      claims: [
        .stillFails, .oldPodsEndByThemselves, .podsReportNoneCut, .cutsFarLessThan("3"),
        .failsLessThan("3"),
      ]),
    Row(
      name: "5", folder: "v5", news: "preStop sleep",
      claims: [.failsNowhere, .oldPodsEndByThemselves]),
    Row(
      name: "6", folder: "v6", news: "a Task logs each operation", logging: .tasks,
      claims: [.failsNowhere, .oldPodsEndByThemselves, .losesOperations]),
    Row(
      name: "6g", folder: "v6/graceful", news: "--graceful: tasks drained", logging: .tasks,
      claims: [.failsNowhere, .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice]),
    Row(
      name: "7", folder: "v7", news: "operations logged in batches", logging: .batches,
      claims: [.failsNowhere, .oldPodsEndByThemselves, .losesOperations]),
    Row(
      name: "7g", folder: "v7/graceful", news: "--graceful: last batch flushed", logging: .batches,
      claims: [.failsNowhere, .oldPodsEndByThemselves, .losesNoOperation, .logsNothingTwice]),
  ]

  /// The same step's second act; nil where there is only one.
  var graceful: Row? { Row.named("\(name)g") }

  static func named(_ name: some StringProtocol) -> Row? { all.first { $0.name == name } }
}
