import Comparison

/// A fault that the proxy injects into InfluxDB's answers from the start of the rollout on.
enum InfluxFault: Equatable, Sendable {
  /// The port is closed for so long.
  case down(Duration)
  /// Writes are answered with 503, until the rollout is over.
  case unavailable
  /// Writes are stored, and answered so much later, until the rollout is over.
  case slow(Duration)
  /// Writes are stored, and instead of an answer the connection is reset, until the rollout is
  /// over.
  case reset

  static let allowed = "down:<duration>, 503, slow:<duration> or reset, such as down:10s"

  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    switch (parts[0], parts.count == 2 ? Duration(parts[1]) : nil, parts.count) {
    case ("down", let time?, 2): self = .down(time)
    case ("slow", let time?, 2): self = .slow(time)
    case ("503", _, 1): self = .unavailable
    case ("reset", _, 1): self = .reset
    default: return nil
    }
  }

  var text: String {
    switch self {
    case .down(let time): "down:\(Self.text(time))"
    case .unavailable: "503"
    case .slow(let time): "slow:\(Self.text(time))"
    case .reset: "reset"
    }
  }

  private static func text(_ time: Duration) -> String {
    let seconds = time / .seconds(1)
    return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
  }
}
