import Comparison
import Shared

/// The server under test without a signal: where it listens, and what it does with the requests
/// that the cases are made of.
package struct Service: Sendable {
  package let options: CheckOptions
  package let address: SocketAddress
  /// From the start of the process until a connection succeeds.
  package let startTime: Duration
  /// From the request to the end of its answer.
  package let requestTime: Duration
  package let status: Int
  /// Whether a connection serves a second request.
  package let keepsAlive: Bool
  package let pipelines: Bool
  /// Whether a client that half-closes after its request gets its answer.
  package let answersHalfClosed: Bool

  package var request: RequestText { options.request }
  /// A request that takes longer can be in flight at a signal.
  package static let fast = Duration.milliseconds(50)
  package var isSlow: Bool { requestTime >= Self.fast }
  /// How long an answer is waited for; only a failure waits that long.
  package var patience: Duration { requestTime * 2 + .seconds(5) }
}
