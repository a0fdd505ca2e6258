import Testing

@testable import Comparison

struct DeploymentTests {
  @Test func `a whole manifest is read`() throws {
    let deployment = try ManifestText.read(ManifestText.manifest())
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
    #expect(
      try ManifestText.read(ManifestText.manifest("seconds: 5", "seconds: 0")).preStopSleep == 0)
  }

  @Test func `given times replace the manifest's, and keep to its rule`() throws {
    var deployment = try ManifestText.read(ManifestText.manifest())
    try deployment.replace(grace: nil, preStop: nil)
    #expect((deployment.grace, deployment.preStopSleep) == (30, 5))
    try deployment.replace(grace: 7, preStop: 2)
    #expect((deployment.grace, deployment.preStopSleep) == (7, 2))
    let refusal = #expect(throws: CommandError.self) {
      try deployment.replace(grace: 1, preStop: nil)
    }
    #expect(refusal?.message == "grace= is 1, but must not be below the preStop sleep (2)")
    #expect(throws: CommandError.usage("prestop= is 9, but must not be above the grace period (1)"))
    { try deployment.replace(grace: nil, preStop: 9) }
  }

  @Test func `a command that waits longer than the grace period is valid, a sleep is not`() throws {
    var deployment = Deployment(name: "web", executable: "node")
    deployment.preStop = .exec(sleep: 40)
    try deployment.replace(grace: nil, preStop: nil)
    try deployment.replace(grace: 3, preStop: nil)
    #expect((deployment.grace, deployment.preStopSleep) == (3, 40))
  }

  @Test func `what is not written has Kubernetes' default`() throws {
    let deployment = try ManifestText.read(
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
    #expect(probe.handler == .httpGet(HTTPGet(path: "/", port: 80)))
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
}
