import Testing

@testable import Comparison

struct RefusedManifestTests {
  @Test(arguments: [
    (
      "replicas: 13", "paused: true", "d.yaml:7: spec.paused is not modelled by the rehearsal"
    ),
    (
      "kind: Deployment", "kind: StatefulSet",
      "d.yaml:2: kind StatefulSet is not modelled by the rehearsal"
    ),
    ("apps/v1", "apps/v1beta1", "d.yaml:1: apiVersion must be apps/v1, not apps/v1beta1"),
    (
      "type: RollingUpdate", "type: Recreate",
      "d.yaml:11: spec.strategy.type 'Recreate' is not modelled by the rehearsal; RollingUpdate is"
    ),
    (
      "maxSurge: 3", "maxSurge: 0",
      "d.yaml:14: spec.strategy.rollingUpdate.maxUnavailable may not be 0 when maxSurge is 0"
    ),
    (
      "maxSurge: 3", "maxSurge: \"0%\"",
      "d.yaml:14: spec.strategy.rollingUpdate.maxUnavailable may not be 0 when maxSurge is 0"
    ),
    (
      "maxSurge: 3", "maxSurge: many",
      "d.yaml:13: spec.strategy.rollingUpdate.maxSurge must be a number or a percentage such as "
        + "25%, not \"many\""
    ),
    (
      "maxUnavailable: 0", "maxUnavailable: 101%",
      "d.yaml:14: spec.strategy.rollingUpdate.maxUnavailable is 101%, but must not be above 100%"
    ),
    ("replicas: 13", "replicas: -1", "d.yaml:7: spec.replicas is -1, but must be at least 0"),
    (
      "replicas: 13", "replicas: '13'", "d.yaml:7: spec.replicas must be a whole number, not \"13\""
    ),
    (
      "value: \"3\"", "value: 3",
      "d.yaml:30: spec.template.spec.containers[0].env[0].value must be a string, not a number "
        + "(3); quote it"
    ),
    (
      "metadata.name", "metadata.uid",
      "d.yaml:34: spec.template.spec.containers[0].env[1].valueFrom.fieldRef.fieldPath "
        + "'metadata.uid' is not modelled by the rehearsal; metadata.name is"
    ),
    (
      "fieldRef:", "secretKeyRef:",
      "d.yaml:33: spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef is not modelled "
        + "by the rehearsal"
    ),
    (
      "name: POD_NAME", "name: WARMUP_SECONDS",
      "d.yaml:31: spec.template.spec.containers[0].env[1].name sets WARMUP_SECONDS a second time"
    ),
    (
      "seconds: 5", "seconds: 31",
      "d.yaml:49: spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds is 31, but must "
        + "not be above terminationGracePeriodSeconds (30)"
    ),
    (
      "seconds: 5", "seconds: -1",
      "d.yaml:49: spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds is -1, but must "
        + "be at least 0"
    ),
    (
      "preStop:", "postStart:",
      "d.yaml:47: spec.template.spec.containers[0].lifecycle.postStart is not modelled by the "
        + "rehearsal"
    ),
    (
      "sleep:\n                seconds: 5", "exec:\n                command: [nginx, -s, quit]",
      "d.yaml:49: spec.template.spec.containers[0].lifecycle.preStop.exec.command 'nginx -s quit' "
        + "is not modelled by the rehearsal; sleep is"
    ),
    (
      "periodSeconds: 5", "periodSeconds: 0",
      "d.yaml:40: spec.template.spec.containers[0].readinessProbe.periodSeconds is 0, but must be "
        + "at least 1"
    ),
    (
      "initialDelaySeconds: 10", "successThreshold: 2",
      "d.yaml:45: spec.template.spec.containers[0].livenessProbe.successThreshold is 2, but must "
        + "be 1 for a liveness probe"
    ),
    (
      "port: http\n", "port: web\n",
      "d.yaml:38: spec.template.spec.containers[0].readinessProbe.httpGet.port names 'web', but no "
        + "port of the container has this name"
    ),
    (
      "httpGet:\n              path: /health\n              port: http",
      "grpc:\n              port: 1",
      "d.yaml:36: spec.template.spec.containers[0].readinessProbe.grpc is not modelled by the "
        + "rehearsal"
    ),
    (
      "image: calc:dev", "workingDir: /",
      "d.yaml:22: spec.template.spec.containers[0].workingDir is not modelled by the rehearsal"
    ),
    (
      "containers:", "initContainers: []\n      containers:",
      "d.yaml:20: spec.template.spec.initContainers is not modelled by the rehearsal"
    ),
    (
      "command: [\"/app/CalcV5\"]", "stdin: true",
      "d.yaml:21: spec.template.spec.containers[0].command is missing; its first word names the "
        + "executable that is rehearsed"
    ),
  ]) func `what is invalid or not modelled is refused by its path and line`(
    old: String, new: String, message: String
  ) {
    #expect(ManifestText.refusal(old, new) == message)
  }

  @Test func `a second container is refused`() {
    #expect(
      ManifestText.refusal("    lifecycle:", "  - name: b\n          lifecycle:")
        == "d.yaml:46: spec.template.spec.containers[1] is not modelled by the rehearsal, which "
        + "runs one container per pod"
    )
  }

  @Test func `a file needs one Deployment`() {
    #expect(throws: CommandError.data("d.yaml: holds no Deployment")) {
      try ManifestText.read("kind: Service")
    }
    #expect(throws: CommandError.data("d.yaml: holds no Deployment")) { try ManifestText.read("") }
    #expect(throws: CommandError.data("d.yaml:1: kind is missing")) {
      try ManifestText.read("a: b")
    }
    #expect(throws: CommandError.data("d.yaml:1: the document must be a mapping, not a string")) {
      try ManifestText.read("hello")
    }
    #expect(throws: CommandError.self) {
      try ManifestText.read(ManifestText.manifest() + "---\n" + ManifestText.manifest())
    }
  }
}
