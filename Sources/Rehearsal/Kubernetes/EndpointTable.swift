import Comparison

/// What a proxy knows of a Service's endpoints, and which of them it may pick for a new connection.
struct EndpointTable: Sendable {
  struct Conditions: Equatable, Sendable {
    /// Its readiness probe passes.
    var isServing: Bool
    /// Its pod is deleted.
    var isTerminating: Bool

    var isReady: Bool { isServing && !isTerminating }
  }

  private(set) var ready: [PodID] = []
  private var servingTerminating: [PodID] = []
  private var endpoints: [PodID: Conditions] = [:]

  /// Those that new connections go to: the ready ones, or if there is none the terminating ones
  /// that still serve.
  var candidates: [PodID] { ready.isEmpty ? servingTerminating : ready }

  /// An endpoint as it is now; nil takes it away. Says whether it became ready or ceased to be.
  mutating func set(_ pod: PodID, _ endpoint: Conditions?) -> Bool? {
    let wasReady = endpoints[pod]?.isReady ?? false
    endpoints[pod] = endpoint
    ready = endpoints.filter(\.value.isReady).map(\.key).sorted()
    servingTerminating = endpoints.filter { $0.value.isServing && $0.value.isTerminating }.map(
      \.key
    ).sorted()
    let isReady = endpoint?.isReady ?? false
    return isReady == wasReady ? nil : isReady
  }
}
