@testable import Comparison
@testable import TestSupport

/// A Deployment that is no row's, for the built harness. The talk's steps are its services.
struct OwnDeployment {
  let folder = TemporaryFolder()

  static let readiness = """
            readinessProbe:
              httpGet: {path: /health, port: http}
              periodSeconds: 1

    """

  static let preStop = """
            lifecycle:
              preStop:
                sleep: {seconds: 2}

    """

  /// Writes the manifest: two pods with this in their container.
  /// - Returns: its path.
  func manifest(
    _ container: String = readiness + preStop, grace: Int = 8, spec: String = ""
  ) throws -> String {
    try folder.write(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{port: 80, targetPort: http}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
      \(spec)
        template:
          metadata:
            labels: {app: web}
          spec:
            terminationGracePeriodSeconds: \(grace)
            containers:
            - name: web
              image: web:1
              ports: [{containerPort: 4100, name: http}]
              env: [{name: WARMUP_SECONDS, value: "0.5"}]
      \(container)
      """, to: "web.yaml")
    return "\(folder.path)/web.yaml"
  }

  /// Rehearses a rollout of a step under a manifest.
  /// - Parameter more: parameters in addition, or in place of those with the same names.
  func rehearse(_ step: Int, _ manifest: String, _ more: String...) async throws
    -> HarnessRun
  {
    let words = [
      "deployment=\(manifest)", "run=\(StepProcess.executable(step))",
      "listen=LISTEN_HOST,LISTEN_PORT", #"request=POST /sum {"numbers":[1,2]}"#, "ok=200",
      "phases=deploy", "clients=12", "start=0.2s", "lag=0.5s", "plain=1",
      "results=\(folder.path)/results",
    ]
    let names = more.map { $0.prefix { $0 != "=" } + "=" }
    let all = words.filter { word in !names.contains { word.hasPrefix($0) } } + more
    let run = try await HarnessRun.run(all)
    // Other suites run beside this one: a machine that was too slow says nothing.
    return run.output.contains("[no verdict]") ? try await HarnessRun.run(all) : run
  }

  func result() throws -> RowResult {
    try ResultFile.read("\(folder.path)/results/web.json")
  }
}
