/// The one list of what stands in manifests and changes nothing on one machine. What is neither
/// here nor modelled is refused.
package enum IgnoredFields {
  /// Kinds of objects that may stand beside the Deployment.
  package static let kinds: Set<String> = [
    "Namespace", "PodDisruptionBudget", "ServiceAccount",
  ]

  /// Paths within the Deployment; whatever stands below one belongs to it.
  package static let fields: Set<String> = [
    "metadata",
    "spec.progressDeadlineSeconds",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.template.metadata",
    "spec.template.spec.affinity",
    "spec.template.spec.automountServiceAccountToken",
    "spec.template.spec.dnsPolicy",
    "spec.template.spec.enableServiceLinks",
    "spec.template.spec.imagePullSecrets",
    "spec.template.spec.nodeSelector",
    "spec.template.spec.priorityClassName",
    "spec.template.spec.schedulerName",
    "spec.template.spec.securityContext",
    "spec.template.spec.serviceAccountName",
    "spec.template.spec.tolerations",
    "spec.template.spec.topologySpreadConstraints",
    "spec.template.spec.volumes",
    "spec.template.spec.containers[].env[].valueFrom.fieldRef.apiVersion",
    "spec.template.spec.containers[].image",
    "spec.template.spec.containers[].imagePullPolicy",
    "spec.template.spec.containers[].name",
    // Names of ports are looked up by the probes.
    "spec.template.spec.containers[].ports",
    "spec.template.spec.containers[].resources",
    "spec.template.spec.containers[].securityContext",
    "spec.template.spec.containers[].terminationMessagePath",
    "spec.template.spec.containers[].terminationMessagePolicy",
    "spec.template.spec.containers[].volumeMounts",
  ]

  /// - Parameter path: as it is shown, with indices: `spec.template.spec.containers[0].image`.
  package static func contains(_ path: String) -> Bool {
    var general = ""
    var inBrackets = false
    for character in path {
      if character == "]" { inBrackets = false }
      if !inBrackets { general.append(character) }
      if character == "[" { inBrackets = true }
    }
    return fields.contains(general)
  }
}
