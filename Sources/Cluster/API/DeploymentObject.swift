struct DeploymentObject: KubernetesObject {
  struct Spec: Decodable, Equatable, Sendable {
    struct Template: Decodable, Equatable, Sendable { var spec: PodObject.Spec? }
    var replicas: Int?
    var template: Template?
  }
  struct Status: Decodable, Equatable, Sendable {
    var observedGeneration: Int?
    var replicas: Int?
    var updatedReplicas: Int?
    var availableReplicas: Int?
  }
  var metadata: ObjectMetadata
  var spec: Spec?
  var status: Status?

  /// Seconds of its pods' grace period.
  var grace: Int { spec?.template?.spec?.terminationGracePeriodSeconds ?? 30 }

  /// As `kubectl rollout status` decides it.
  func isComplete(generation: Int) -> Bool {
    let wanted = spec?.replicas ?? 1
    return (status?.observedGeneration ?? 0) >= max(generation, metadata.generation ?? 0)
      && (status?.updatedReplicas ?? 0) == wanted
      && (status?.replicas ?? 0) == wanted && (status?.availableReplicas ?? 0) == wanted
  }
}
