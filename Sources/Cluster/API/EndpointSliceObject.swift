struct EndpointSliceObject: KubernetesObject {
  struct Endpoint: Decodable, Equatable, Sendable {
    struct Conditions: Decodable, Equatable, Sendable {
      var ready: Bool?
    }
    struct Target: Decodable, Equatable, Sendable {
      var uid: String?
    }
    var addresses: [String]
    var conditions: Conditions?
    var targetRef: Target?

    /// An unknown state is to be taken as ready (discovery.k8s.io/v1). A terminating endpoint never
    /// is.
    var isReady: Bool { conditions?.ready ?? true }
  }

  var metadata: ObjectMetadata
  /// Null when there are none.
  var endpoints: [Endpoint]?
}
