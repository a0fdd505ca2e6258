import Comparison
import Shared

/// What doors and clients see of a subject's pods. Belongs to its subject's loop.
protocol Endpoints: AnyObject {
  /// Since the subject's start.
  var now: Duration { get }
  /// The endpoint for a new connection; nil when the table of that door has none. A balancer that
  /// knows endpoints has one of its own.
  func pick(_ door: Door) -> Backend?
  /// Whether the balancer that knows endpoints may send new connections to the pod.
  func isPicked(_ pod: PodID) -> Bool
  /// Notes what became of a request, and says in which phase that counts.
  func note(_ outcome: Outcome, at pod: PodID?, sent: Duration) -> Phase
}

/// A pod, as a new connection to it finds it.
struct Backend {
  let pod: PodID
  let address: SocketAddress
  /// What a connection made now meets.
  let reach: AddressLife.Reach
}
