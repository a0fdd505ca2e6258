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

  /// Paths within a Deployment that was not written for a rehearsal, each with what is said about
  /// it; nothing is where it changes nothing.
  package static let ofOthers: [String: String] = [
    "status": "",
    "spec.template.spec.activeDeadlineSeconds": "",
    "spec.template.spec.dnsConfig": "",
    "spec.template.spec.hostAliases": "",
    "spec.template.spec.hostIPC": "",
    "spec.template.spec.hostname": "",
    "spec.template.spec.hostUsers": "",
    "spec.template.spec.initContainers":
      "they are not run; start=5s gives pods the time that they take",
    "spec.template.spec.nodeName": "",
    "spec.template.spec.os": "",
    "spec.template.spec.overhead": "",
    "spec.template.spec.preemptionPolicy": "",
    "spec.template.spec.priority": "",
    "spec.template.spec.resourceClaims": "",
    "spec.template.spec.runtimeClassName": "",
    "spec.template.spec.serviceAccount": "",
    "spec.template.spec.setHostnameAsFQDN": "",
    "spec.template.spec.subdomain": "",
    "spec.template.spec.containers[].envFrom":
      "its objects are not here; env= gives what the service needs of them",
    "spec.template.spec.containers[].resizePolicy": "",
    "spec.template.spec.containers[].stdin": "",
    "spec.template.spec.containers[].stdinOnce": "",
    "spec.template.spec.containers[].tty": "",
    "spec.template.spec.containers[].volumeDevices": "",
    "spec.template.spec.containers[].workingDir": "the command runs in this folder",
  ]

  /// What is said about a field of a manifest that was not written for a rehearsal; nil when it
  /// must not be passed over.
  package static func note(on path: String) -> String? { ofOthers[general(path)] }

  /// - Parameter path: as it is shown, with indices: `spec.template.spec.containers[0].image`.
  package static func contains(_ path: String) -> Bool { fields.contains(general(path)) }

  /// Without the indices.
  private static func general(_ path: String) -> String {
    var general = ""
    var inBrackets = false
    for character in path {
      if character == "]" { inBrackets = false }
      if !inBrackets { general.append(character) }
      if character == "[" { inBrackets = true }
    }
    return general
  }
}
