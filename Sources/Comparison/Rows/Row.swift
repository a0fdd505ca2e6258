import Shared

/// One row of the comparison: a step of the talk, in one of its acts.
package struct Row: Equatable, Sendable {
  /// A step that logs operations is shown twice.
  package enum Act: String, Sendable {
    /// As it is deployed by default: a step that logs operations loses some.
    case standard = ""
    /// With `--graceful`: none is lost.
    case graceful = "g"
  }

  /// 1 to 7.
  package let step: Int
  package let act: Act
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

    static let tasks = Logging(
      holds: TaskLog.Options().work, writesAtATime: TaskLog.writesAtATime)
    static let batches = Logging(holds: BatchLog.Options().interval, writesAtATime: 1)
  }

  private init(_ step: Int, _ act: Act = .standard, news: String, logging: Logging? = nil) {
    self.step = step
    self.act = act
    self.news = news
    self.logging = logging
  }

  package static let all: [Row] = [
    Row(1, news: "simple calc API, no probes"),
    Row(2, news: "health, probes"),
    Row(3, news: "SIGTERM handled, no drainer"),
    Row(4, news: "drainer"),
    Row(5, news: "preStop sleep"),
    Row(6, news: "a Task logs each operation", logging: .tasks),
    Row(6, .graceful, news: "--graceful: tasks drained", logging: .tasks),
    Row(7, news: "operations logged in batches", logging: .batches),
    Row(7, .graceful, news: "--graceful: last batch flushed", logging: .batches),
  ]

  /// `4`, `6g`.
  package var name: String { "\(step)\(act.rawValue)" }

  /// Where its manifest lies, within the folder of manifests: `v4/deployment.yaml`,
  /// `v6/graceful/deployment.yaml`. The scripts have it in `use_step`.
  package var manifest: String {
    switch act {
    case .standard: "v\(step)/deployment.yaml"
    case .graceful: "v\(step)/graceful/deployment.yaml"
    }
  }

  /// The same step's second act; nil where there is only one.
  package var graceful: Row? {
    act == .graceful ? nil : Row.all.first { $0.step == step && $0.act == .graceful }
  }

  package static func named(_ name: some StringProtocol) -> Row? { all.first { $0.name == name } }
}
