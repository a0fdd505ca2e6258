import Testing

@testable import Comparison

struct DeploymentTests {
  /// A manifest with everything that is modelled; `edit` replaces one text by another.
  private func manifest(_ old: String = "", _ new: String = "") -> String {
    let text = """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: calc
        labels: {}
      spec:
        replicas: 13
        selector:
          matchLabels: {}
        strategy:
          type: RollingUpdate
          rollingUpdate:
            maxSurge: 3
            maxUnavailable: 0
        template:
          metadata:
            labels: {}
          spec:
            terminationGracePeriodSeconds: 30
            containers:
              - name: calc
                image: calc:dev
                command: ["/app/CalcV5"]
                args: ["--graceful"]
                ports:
                  - name: http
                    containerPort: 4000
                env:
                  - name: WARMUP_SECONDS
                    value: "3"
                  - name: POD_NAME
                    valueFrom:
                      fieldRef:
                        fieldPath: metadata.name
                readinessProbe:
                  httpGet:
                    path: /health
                    port: http
                  initialDelaySeconds: 3
                  periodSeconds: 5
                livenessProbe:
                  httpGet:
                    path: /health
                    port: 4000
                  initialDelaySeconds: 10
                lifecycle:
                  preStop:
                    sleep:
                      seconds: 5

      """
    #expect(old.isEmpty || text.contains(old))
    return old.isEmpty ? text : text.replacing(old, with: new)
  }

  private func read(_ text: String) throws(CommandError) -> Deployment {
    try Deployment.read(Array(text.utf8), file: "d.yaml")
  }

  private func refusal(_ old: String, _ new: String) -> String? {
    do {
      _ = try read(manifest(old, new))
      return nil
    } catch {
      #expect(error.status == .data)
      return error.message
    }
  }

  @Test func `a whole manifest is read`() throws {
    let deployment = try read(manifest())
    #expect(deployment.name == "calc")
    #expect(deployment.executable == "CalcV5")
    #expect(deployment.arguments == ["--graceful"])
    #expect(
      deployment.environment == [
        .init(name: "WARMUP_SECONDS", value: .text("3")), .init(name: "POD_NAME", value: .podName),
      ])
    #expect(deployment.environment(podName: "calc-1").map(\.value) == ["3", "calc-1"])
    #expect(deployment.replicas == 13)
    #expect(deployment.strategy == RollingUpdate(maxSurge: .count(3), maxUnavailable: .count(0)))
    #expect(
      deployment.readiness
        == ProbeSpec(path: "/health", port: 4000, initialDelaySeconds: 3, periodSeconds: 5))
    #expect(
      deployment.liveness
        == ProbeSpec(path: "/health", port: 4000, initialDelaySeconds: 10, periodSeconds: 10))
    #expect(deployment.preStopSleep == 5)
    #expect(deployment.grace == 30)
  }

  @Test func `a preStop sleep of no time is valid`() throws {
    #expect(try read(manifest("seconds: 5", "seconds: 0")).preStopSleep == 0)
  }

  @Test func `given times replace the manifest's, and keep to its rule`() throws {
    var deployment = try read(manifest())
    try deployment.replace(grace: nil, preStop: nil)
    #expect((deployment.grace, deployment.preStopSleep) == (30, 5))
    try deployment.replace(grace: 7, preStop: 2)
    #expect((deployment.grace, deployment.preStopSleep) == (7, 2))
    let refusal = #expect(throws: CommandError.self) {
      try deployment.replace(grace: 1, preStop: nil)
    }
    #expect(refusal?.message == "prestop= is 2, but must not be above the grace period (1)")
  }

  @Test func `what is not written has Kubernetes' default`() throws {
    let deployment = try read(
      """
      kind: Service
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: a
      spec:
        template:
          spec:
            containers:
              - command: [CalcV1]
                readinessProbe:
                  httpGet:
                    port: 80
      """)
    #expect(deployment.replicas == 1)
    #expect(
      deployment.strategy == RollingUpdate(maxSurge: .percent(25), maxUnavailable: .percent(25)))
    #expect(deployment.grace == 30)
    #expect(deployment.preStopSleep == nil)
    #expect(deployment.liveness == nil)
    let probe = try #require(deployment.readiness)
    #expect(probe.path == "/")
    #expect(
      [
        probe.initialDelaySeconds, probe.periodSeconds, probe.timeoutSeconds,
        probe.successThreshold, probe.failureThreshold,
      ] == [
        0, 10, 1, 1, 3,
      ])
  }

  @Test func `probes have to ask the port on which the pods listen`() throws {
    var deployment = Deployment(name: "calc", executable: "CalcV5")
    func check() throws(CommandError) {
      try ManifestFile(path: "d.yaml", deployment: deployment).requireProbes(of: 4000)
    }
    try check()
    deployment.readiness = ProbeSpec(port: 4000)
    deployment.liveness = ProbeSpec(port: 8080)
    let refusal = #expect(throws: CommandError.self) { try check() }
    #expect(
      refusal == .data("d.yaml: livenessProbe.httpGet.port is 8080, but the pods listen on 4000"))
    // Where the manifest moves the pods, the probes go with them.
    deployment.environment = [.init(name: "LISTEN_PORT", value: .text("8080"))]
    deployment.readiness = nil
    try check()
  }

  @Test func `surge percentages round up, those of unavailable pods down`() {
    let quarter = RollingUpdate()
    #expect(quarter.surge(of: 13) == 4)
    #expect(quarter.unavailable(of: 13) == 3)
    #expect(quarter.surge(of: 1) == 1)
    #expect(quarter.unavailable(of: 1) == 0)
  }

  @Test func `limits that round to zero both leave one pod that may be unavailable`() {
    #expect(
      RollingUpdate(maxSurge: .count(0), maxUnavailable: .percent(10)).unavailable(of: 5) == 1)
    #expect(RollingUpdate(maxSurge: .count(0), maxUnavailable: .count(9)).unavailable(of: 5) == 5)
  }

  @Test(arguments: [
    (
      "livenessProbe", "startupProbe",
      "d.yaml:41: spec.template.spec.containers[0].startupProbe is not modelled by the rehearsal"
    ),
    (
      "replicas: 13", "minReadySeconds: 3",
      "d.yaml:7: spec.minReadySeconds is not modelled by the rehearsal"
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
      "d.yaml:13: spec.strategy.rollingUpdate.maxSurge must be a number or a percentage such as 25%, not \"many\""
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
      "d.yaml:30: spec.template.spec.containers[0].env[0].value must be a string, not a number (3); quote it"
    ),
    (
      "metadata.name", "status.podIP",
      "d.yaml:34: spec.template.spec.containers[0].env[1].valueFrom.fieldRef.fieldPath 'status.podIP' is not modelled by the rehearsal; metadata.name is"
    ),
    (
      "fieldRef:", "secretKeyRef:",
      "d.yaml:33: spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef is not modelled by the rehearsal"
    ),
    (
      "name: POD_NAME", "name: WARMUP_SECONDS",
      "d.yaml:31: spec.template.spec.containers[0].env[1].name sets WARMUP_SECONDS a second time"
    ),
    (
      "seconds: 5", "seconds: 31",
      "d.yaml:49: spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds is 31, but must not be above terminationGracePeriodSeconds (30)"
    ),
    (
      "seconds: 5", "seconds: -1",
      "d.yaml:49: spec.template.spec.containers[0].lifecycle.preStop.sleep.seconds is -1, but must be at least 0"
    ),
    (
      "preStop:", "postStart:",
      "d.yaml:47: spec.template.spec.containers[0].lifecycle.postStart is not modelled by the rehearsal"
    ),
    (
      "sleep:", "exec:",
      "d.yaml:48: spec.template.spec.containers[0].lifecycle.preStop.exec is not modelled by the rehearsal"
    ),
    (
      "periodSeconds: 5", "periodSeconds: 0",
      "d.yaml:40: spec.template.spec.containers[0].readinessProbe.periodSeconds is 0, but must be at least 1"
    ),
    (
      "initialDelaySeconds: 10", "successThreshold: 2",
      "d.yaml:45: spec.template.spec.containers[0].livenessProbe.successThreshold is 2, but must be 1 for a liveness probe"
    ),
    (
      "port: http\n", "port: web\n",
      "d.yaml:38: spec.template.spec.containers[0].readinessProbe.httpGet.port names 'web', but no port of the container has this name"
    ),
    (
      "httpGet:\n              path: /health\n              port: http",
      "grpc:\n              port: 1",
      "d.yaml:36: spec.template.spec.containers[0].readinessProbe.grpc is not modelled by the rehearsal"
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
      "d.yaml:21: spec.template.spec.containers[0].command is missing; its first word names the executable that is rehearsed"
    ),
    (
      "[\"--graceful\"]", "[\"$(POD_NAME)\"]",
      "d.yaml:24: spec.template.spec.containers[0].args refers to a variable with $(…), which is not modelled by the rehearsal"
    ),
  ]) func `what is invalid or not modelled is refused by its path and line`(
    old: String, new: String, message: String
  ) {
    #expect(refusal(old, new) == message)
  }

  @Test func `a second container is refused`() {
    #expect(
      refusal("    lifecycle:", "  - name: b\n          lifecycle:")
        == "d.yaml:46: spec.template.spec.containers[1] is not modelled by the rehearsal, which runs one container per pod"
    )
  }

  @Test func `a file needs one Deployment`() {
    #expect(throws: CommandError.data("d.yaml: holds no Deployment")) { try read("kind: Service") }
    #expect(throws: CommandError.data("d.yaml: holds no Deployment")) { try read("") }
    #expect(throws: CommandError.data("d.yaml:1: kind is missing")) { try read("a: b") }
    #expect(throws: CommandError.data("d.yaml:1: the document must be a mapping, not a string")) {
      try read("hello")
    }
    #expect(throws: CommandError.self) { try read(manifest() + "---\n" + manifest()) }
  }
}
