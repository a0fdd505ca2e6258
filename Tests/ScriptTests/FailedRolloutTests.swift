import Testing

@testable import TestSupport

/// A rollout that does not finish: `make k8s-deploy` tells why, and goes on when called again.
@Suite(.timeLimit(.minutes(6))) struct FailedRolloutTests {
  private func failedRollout(_ sandbox: Sandbox) async throws -> Sandbox.Run {
    try sandbox.write("0", to: "standin/pace")
    let run = try await sandbox.make("k8s-deploy", "v=4", settings: ["ROLLOUT_TIMEOUT": "1"])
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("the rollout of step 4 has not finished after 1 s: ") == true,
      "\(run.text)")
    return run
  }

  /// A cluster of kind on arm64.
  private func arm64() throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.object(
      "node.one", ".spec.providerID\tkind://x", ".status.nodeInfo.architecture\tarm64", in: "-")
    return sandbox
  }

  @Test(.needs(.kubectl, .openssl))
  func `an image that no node can pull is named, and how to bring it`() async throws {
    let sandbox = try Sandbox()
    for pod in ["calc-1", "calc-2"] {
      try sandbox.pod(
        pod, ".status.containerStatuses[*].state.waiting.reason\tImagePullBackOff",
        ".status.containerStatuses[*].state.waiting.message\tBack-off pulling image \"calc:0.1.0\"")
    }
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.contains(
        #"2 pod(s) ImagePullBackOff, as calc-1: Back-off pulling image "calc:0.1.0"; the nodes "#
          + #"need the image"#
      )
        == true)
  }

  @Test(
    .needs(.kubectl, .openssl),
    arguments: [
      (
        "rpc error: code = NotFound desc = failed to pull and unpack image \"me.org/calc:1\": no "
          + "match for platform in manifest: not found",
        "; the image is for another processor than the nodes: make docker-build "
          + "platform=linux/arm64"
      ),
      (
        "Failed to pull image \"me.org/calc:1\": failed to authorize: failed to fetch anonymous "
          + "token: unexpected status: 401 Unauthorized",
        "; the registry does not let the nodes in: make do-add-registry-to-k8s-cluster"
      ),
      (
        "Failed to pull image \"calc:0.1.0\": failed to resolve reference "
          + "\"docker.io/library/calc:0.1.0\": pull access denied, repository does not exist or "
          + "may require authorization", "; the nodes need the image: make docker-build kind-load"
      ),
    ])
  func `why an image is not pulled is told by what the kubelet says`(message: String, hint: String)
    async throws
  {
    // A kubelet before 1.31 says here only that it waits.
    let sandbox = try arm64()
    try sandbox.pod(
      "calc-1", ".status.containerStatuses[*].state.waiting.reason\tImagePullBackOff",
      ".status.containerStatuses[*].state.waiting.message\tBack-off pulling image")
    try sandbox.object(
      "event.1", ".involvedObject.name\tcalc-1", ".message\tFailed to pull: \(message)")
    let run = try await failedRollout(sandbox)
    #expect(run.lines.last?.contains(hint) == true, "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl)) func `a program of another processor is told as such`()
    async throws
  {
    let sandbox = try arm64()
    try sandbox.pod(
      "calc-1", ".status.containerStatuses[*].state.waiting.reason\tCrashLoopBackOff",
      ".status.containerStatuses[*].lastState.terminated.exitCode\t255")
    try sandbox.write("exec /app/CalcV4: exec format error\n", to: "standin/logs/calc-1")
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.hasSuffix(
        "; the image is for another processor than the nodes: make docker-build "
          + "platform=linux/arm64") == true, "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl)) func `a container that crashes is quoted`() async throws {
    let sandbox = try Sandbox()
    try sandbox.pod(
      "calc-1", ".status.containerStatuses[*].state.waiting.reason\tCrashLoopBackOff",
      ".status.containerStatuses[*].lastState.terminated.exitCode\t78")
    try sandbox.write("LISTEN_PORT holds http; allowed is 0 to 65535\n", to: "standin/logs/calc-1")
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.contains(
        "CrashLoopBackOff, as calc-1: exit code 78, last words: LISTEN_PORT holds http") == true,
      "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl)) func `pods without room are told as such`() async throws {
    let sandbox = try Sandbox()
    try sandbox.pod(
      "calc-1", ".status.conditions[?(@.type==\"PodScheduled\")].reason\tUnschedulable",
      ".status.conditions[?(@.type==\"PodScheduled\")].message\t0/3 nodes are available: 3 "
        + "Insufficient cpu."
    )
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.contains(
        "Unschedulable, as calc-1: 0/3 nodes are available: 3 Insufficient cpu.; the nodes have no "
          + "room"
      ) == true,
      "\(run.text)")
  }

  @Test(
    .needs(.kubectl, .openssl),
    arguments: [
      (
        "0/1 nodes are available: 1 node(s) had untolerated taint "
          + "{node-role.kubernetes.io/control-plane: }. preemption: not helpful",
        "; the control plane takes no pods: kubectl taint nodes --all "
          + "node-role.kubernetes.io/control-plane- lets it"
      ),
      (
        "0/3 nodes are available: 1 node(s) had untolerated taint "
          + "{node-role.kubernetes.io/control-plane: }, 2 Insufficient cpu.",
        "; the nodes have no room"
      ),
      (
        "0/2 nodes are available: 2 node(s) were unschedulable.",
        "; nodes are closed: kubectl uncordon NAME opens one"
      ),
      (
        "0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.",
        "; nodes refuse pods by a taint: kubectl describe nodes says which"
      ),
    ])
  func `a node that refuses pods is not told to be full`(message: String, hint: String)
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.pod(
      "calc-1", ".status.conditions[?(@.type==\"PodScheduled\")].reason\tUnschedulable",
      ".status.conditions[?(@.type==\"PodScheduled\")].message\t\(message)")
    let run = try await failedRollout(sandbox)
    #expect(run.lines.last?.contains(hint) == true, "\(run.text)")
  }

  /// Since Kubernetes 1.35 the message names no taint; the nodes do.
  @Test(.needs(.kubectl, .openssl), arguments: [true, false])
  func `a taint that the message does not name is looked up at the nodes`(isControlPlane: Bool)
    async throws
  {
    let sandbox = try Sandbox()
    let key = "node-role.kubernetes.io/control-plane"
    try sandbox.object(
      "node.one", ".spec.providerID\tkind://x",
      isControlPlane
        ? ".spec.taints[?(@.key==\"\(key)\")].effect\tNoSchedule" : ".spec.unschedulable\tfalse",
      in: "-")
    try sandbox.pod(
      "calc-1", ".status.conditions[?(@.type==\"PodScheduled\")].reason\tUnschedulable",
      ".status.conditions[?(@.type==\"PodScheduled\")].message\t0/1 nodes are available: 1 "
        + "node(s) had untolerated taint(s). preemption: not helpful")
    let run = try await failedRollout(sandbox)
    let hint =
      isControlPlane
      ? "; the control plane takes no pods: kubectl taint nodes --all \(key)- lets it"
      : "; nodes refuse pods by a taint: kubectl describe nodes says which"
    #expect(run.lines.last?.hasSuffix(hint) == true, "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl))
  func `a pod that waits for its volume is not told to want more nodes`() async throws {
    let sandbox = try Sandbox()
    try sandbox.pod(
      "calc-1", ".status.conditions[?(@.type==\"PodScheduled\")].reason\tUnschedulable",
      ".status.conditions[?(@.type==\"PodScheduled\")].message\t0/1 nodes are available: pod has "
        + "unbound immediate PersistentVolumeClaims."
    )
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.contains(
        "; nothing makes a volume: kubectl get storageclasses,persistentvolumeclaims") == true,
      "\(run.text)")
    #expect(run.lines.last?.contains("no room") == false)
  }

  @Test(.needs(.kubectl)) func `a volume that is slow to come is waited for by the same command`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.write("0", to: "standin/pace")
    try sandbox.object(
      "pod.influxdb-0", ".metadata.name\tinfluxdb-0", ".metadata.labels.app\tinfluxdb",
      ".status.containerStatuses[*].state.waiting.reason\tContainerCreating")
    try sandbox.object(
      "event.1", ".involvedObject.name\tinfluxdb-0",
      ".message\tMulti-Attach error for volume \"pvc-1\" Volume is already attached")
    let run = try await sandbox.make("influxdb-k8s-deploy", settings: ["ROLLOUT_TIMEOUT": "1"])
    #expect(
      run.code == 2
        && run.lines.last?.hasSuffix(
          "; the cloud is slow to attach the volume: the same command waits on") == true,
      "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl))
  func `pods that are only not ready are explained by their last warning`() async throws {
    let sandbox = try Sandbox()
    try sandbox.pod("calc-1")
    try sandbox.object(
      "event.1", ".involvedObject.name\tcalc-1",
      ".message\tReadiness probe failed: HTTP probe failed with statuscode: 404")
    let run = try await failedRollout(sandbox)
    #expect(
      run.lines.last?.contains("1 pod(s) NotReady, as calc-1: Readiness probe failed") == true,
      "\(run.text)")
  }

  @Test(.needs(.kubectl)) func `a load balancer that never comes ends in its reason`() async throws
  {
    let sandbox = try Sandbox(context: "do-fra1-calc")
    try sandbox.node(provider: "digitalocean://4711")
    try sandbox.object(
      "event.1", ".involvedObject.name\tcalc",
      ".message\tError syncing load balancer: quota exceeded")
    let run = try await sandbox.make("k8s-deploy", "v=4", settings: ["ADDRESS_TIMEOUT": "1"])
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "the pods run, but Service calc has no external address after 1 s: Error syncing load "
        + "balancer: quota exceeded",
      "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl)) func `a rollout that failed is recovered by the same command`()
    async throws
  {
    let sandbox = try Sandbox()
    _ = try await failedRollout(sandbox)
    try sandbox.write("5", to: "standin/pace")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.lines.contains("  step 4: 13 of 13 pods are new and available"))
  }
}
