import Comparison
import Shared

/// How far a watch has come: written by the thread that reads it.
final class WatchCursor: Sendable {
  private let content: Lock<(version: String, hasFailed: Bool)>

  init(_ version: String) { content = Lock((version, false)) }

  func reach(_ version: String?) {
    guard let version else { return }
    content.withLock { $0.version = version }
  }

  func fail() { content.withLock { $0.hasFailed = true } }

  /// The last version, and whether the server said that there is no going on.
  var state: (version: String, hasFailed: Bool) { content.withLock { $0 } }
}
