import Comparison
import Shared

/// Follows the log of a pod for as long as there is one: `kubectl logs --follow`, also across the
/// kubelet's rotation of its file, which a later reading does not see behind. After a cut it goes
/// on from the second of the last line, so that lines of that second come twice.
struct LogFollower: Sendable {
  struct Line: Equatable, Sendable {
    /// When the container runtime wrote it, by the node's clock, and when it came, by this
    /// machine's. Both in seconds since 1970.
    var stamp: Double
    var came: Double
    var text: String

    init(stamp: Double, came: Double, text: String) {
      (self.stamp, self.came, self.text) = (stamp, came, text)
    }

    /// A line of `kubectl logs --timestamps`; nil for anything else.
    init?(_ line: String, came: Double) {
      let stamp = line.prefix { $0 != " " }
      guard let seconds = KubernetesTime.seconds(stamp) else { return nil }
      self.init(stamp: seconds, came: came, text: String(line.dropFirst(stamp.count + 1)))
    }
  }

  /// How many logs a command follows at a time: each takes a process of kubectl.
  static let limit = 64

  let kubectl: Kubectl
  let pod: String
  /// Where it begins, in seconds since 1970 by the node's clock; nil for the log's beginning.
  var since: Double?

  /// Returns when the task is cancelled, or a stream has ended and the log is over.
  func run(
    until isOver: @escaping @Sendable () -> Bool, line: @escaping @Sendable (Line) -> Void
  ) async {
    let last = Lock(since)
    while !Task.isCancelled {
      let from = last.withLock(\.self).map { ["--since-time=\(KubernetesTime.text($0))"] } ?? []
      let arguments = ["logs", pod, "--follow", "--timestamps"] + from
      // What it refuses, it may allow a moment later; else the log is missing, and that is seen.
      _ = try? await kubectl.follow(arguments, within: .seconds(3600)) { text in
        guard let text = Line(text, came: WallTime.now.seconds) else { return }
        last.withLock { $0 = text.stamp }
        line(text)
      }
      if isOver() { return }
      try? await Task.sleep(for: kubectl.pause)
    }
  }
}
