import Shared

/// One row of the comparison: a step of the talk, in one of its acts.
package struct Row: Equatable, Sendable {
  /// `4`, `6g`.
  package let name: String
  /// Where its `deployment.yaml` lies, within the folder of manifests.
  package let folder: String
  /// What the step brings, in at most 30 columns.
  package let news: String
  /// Nil for steps that log no operations.
  package let logging: Logging?

  /// How a step's pods log operations.
  package struct Logging: Equatable, Sendable {
    /// How long a pod may hold an operation that it was given before it is due to be logged.
    package let holds: Duration
    /// Connections of a pod, at most.
    package let writesAtATime: Int

    package static let tasks = Logging(
      holds: TaskLog.Options().work, writesAtATime: TaskLog.writesAtATime)
    package static let batches = Logging(holds: BatchLog.Options().interval, writesAtATime: 1)
  }

  package init(name: String, folder: String, news: String, logging: Logging? = nil) {
    self.name = name
    self.folder = folder
    self.news = news
    self.logging = logging
  }

  package static let all: [Row] = [
    Row(
      name: "1", folder: "v1", news: "simple calc API, no probes"),
    Row(
      name: "2", folder: "v2", news: "health, probes"),
    Row(
      name: "3", folder: "v3", news: "SIGTERM handled, no drainer"),
    Row(
      name: "4", folder: "v4", news: "drainer"),
    Row(
      name: "5", folder: "v5", news: "preStop sleep"),
    Row(
      name: "6", folder: "v6", news: "a Task logs each operation", logging: .tasks),
    Row(
      name: "6g", folder: "v6/graceful", news: "--graceful: tasks drained", logging: .tasks),
    Row(
      name: "7", folder: "v7", news: "operations logged in batches", logging: .batches),
    Row(
      name: "7g", folder: "v7/graceful", news: "--graceful: last batch flushed", logging: .batches),
  ]

  /// The same step's second act; nil where there is only one.
  package var graceful: Row? { Row.named("\(name)g") }

  package static func named(_ name: some StringProtocol) -> Row? { all.first { $0.name == name } }
}
