struct NodeObject: KubernetesObject {
  struct Spec: Decodable, Equatable, Sendable {
    struct Taint: Decodable, Equatable, Sendable { var effect: String }
    var unschedulable: Bool?
    var taints: [Taint]?
  }
  var metadata: ObjectMetadata
  var spec: Spec?

  /// Neither closed nor kept for others, as a control plane's is. The talk's pods tolerate no
  /// taint.
  var takesPods: Bool {
    spec?.unschedulable != true
      && spec?.taints?.contains { $0.effect == "NoSchedule" || $0.effect == "NoExecute" } != true
  }
}
