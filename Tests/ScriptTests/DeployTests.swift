import Testing

@testable import TestSupport

/// `make k8s-deploy` against a cluster that does what clusters do.
@Suite(.timeLimit(.minutes(3))) struct DeployTests {
  // MARK: As it should be

  @Test(.needs(.kubectl, .openssl))
  func
    `on kind it says what it does, brings the edge, and does no more the second time`()
    async throws
  {
    let sandbox = try Sandbox()
    let first = try await sandbox.make("k8s-deploy", "v=4")
    #expect(first.code == 0, "\(first.text)")
    #expect(first.lines.first == "deploys step 4 to namespace default of context kind-calc")
    #expect(first.lines.contains("  step 4: 13 of 13 pods are new and available"))
    #expect(
      first.text.contains("reach it at http://localhost:8080")
        && first.text.contains("https://localhost:8443"))
    #expect(first.lines.last == "make k8s-redeploy shows how step 4 shuts down")
    #expect(sandbox.state("calc-url") == "http://localhost:8080")
    #expect(
      sandbox.field("deployment.calc", ".spec.template.spec.containers[0].command[0]")
        == "/app/CalcV4")
    #expect(
      sandbox.field("deployment.calc", ".spec.template.spec.containers[0].image") == "calc:0.1.0")
    #expect(sandbox.has("secret.calc-edge-certificate"))

    let second = try await sandbox.make("k8s-deploy", "v=4")
    #expect(second.code == 0)
    #expect(
      second.lines.last
        == "nothing was to be changed, so no pod was replaced: make k8s-redeploy replaces all")
    #expect(
      try sandbox.calls("create secret", since: second).isEmpty, "the certificate is still valid")
  }

  @Test(.needs(.kubectl, .openssl)) func `what fails during a switch is blamed on the step before`()
    async throws
  {
    let sandbox = try Sandbox()
    _ = try await sandbox.make("k8s-deploy", "v=3")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(
      run.lines.last
        == "what failed during this switch is how step 3 shuts down; make k8s-redeploy shows how "
        + "step 4 does"
    )
  }

  @Test(.needs(.kubectl, .openssl)) func `a tag of the deploy's own reaches the pods`() async throws
  {
    let sandbox = try Sandbox()
    let run = try await sandbox.make("k8s-deploy", "v=4", "tag=0.1.1")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      sandbox.field("deployment.calc", ".spec.template.spec.containers[0].image") == "calc:0.1.1")
  }

  @Test(.needs(.kubectl, .openssl))
  func `a namespace of its own is made and marked, and its edge gets ports that are free`()
    async throws
  {
    let sandbox = try Sandbox()
    _ = try await sandbox.make("k8s-deploy", "v=4")
    let run = try await sandbox.make("k8s-deploy", "v=5", "ns=second")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      sandbox.field("namespace.second", #".metadata.labels.app\.kubernetes\.io/part-of"#, in: "-")
        == "graceful-shutdown")
    #expect(run.text.contains("node port 30080 belongs to default/calc-edge"))
    #expect(
      sandbox.field("service.calc-edge", ".spec.ports[*].nodePort", in: "second")?.contains("30080")
        == false)
    #expect(run.text.contains("inside the cluster it is http://calc.second"))
    #expect(run.lines.last == "make k8s-redeploy ns=second shows how step 5 shuts down")
    #expect(
      sandbox.state("calc-url") == "http://localhost:8080", "the way into the first namespace")
  }

  @Test(.needs(.kubectl)) func `in a cloud it waits for the load balancer and leaves the edge out`()
    async throws
  {
    let sandbox = try Sandbox(context: "do-fra1-calc")
    try sandbox.node(provider: "digitalocean://4711")
    try sandbox.write("203.0.113.7", to: "standin/address")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.text.contains("reach it at http://203.0.113.7"))
    #expect(sandbox.state("calc-url") == "http://203.0.113.7")
    #expect(!sandbox.has("deployment.calc-edge"))
  }

  @Test(.needs(.kubectl, .openssl), arguments: ["", "k3s://one"])
  func `a cluster of no cloud is reached at a node's port, and nobody waits for a load balancer`(
    provider: String
  ) async throws {
    let sandbox = try Sandbox(context: "bare")
    try sandbox.node(provider: provider)
    let run = try await sandbox.make("k8s-deploy", "v=4", settings: ["ADDRESS_TIMEOUT": "0"])
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("calc-url") == "http://10.0.0.7:30080")
  }

  @Test(.needs(.kubectl, .openssl)) func `an address that was set by hand stays for its namespace`()
    async throws
  {
    let sandbox = try Sandbox()
    _ = try await sandbox.make("set-calc-url", "url=https://calc.example.org")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.text.contains("tests go to https://calc.example.org, as set by hand"))
    #expect(sandbox.state("calc-url") == "https://calc.example.org")
    try sandbox.write("elsewhere\n", to: "standin/context")
    _ = try await sandbox.make("k8s-deploy", "v=4")
    #expect(sandbox.state("calc-url") == "http://10.0.0.7:30080")
  }

  @Test(.needs(.kubectl, .openssl), arguments: ["6", "7"])
  func `steps 6 and 7 need InfluxDB in the namespace, and take it`(step: String) async throws {
    let sandbox = try Sandbox()
    let without = try await sandbox.make("k8s-deploy", "v=\(step)", "ns=talk")
    #expect(without.code == 2)
    #expect(
      without.lines.last
        == "step \(step) writes to InfluxDB, and namespace talk has none: make influxdb-k8s-deploy "
        + "ns=talk comes first"
    )
    #expect(!sandbox.has("namespace.talk", in: "-"))

    #expect(try await sandbox.make("influxdb-k8s-deploy", "ns=talk").code == 0)
    let with = try await sandbox.make("k8s-deploy", "v=\(step)", "graceful=1", "ns=talk")
    #expect(with.code == 0, "\(with.text)")
    #expect(
      with.lines.first == "deploys step \(step) (graceful) to namespace talk of context kind-calc")
    #expect(
      sandbox.field("deployment.calc", ".spec.template.spec.containers[0].args[0]", in: "talk")
        == "--graceful")
  }

  // MARK: Pods that do not come up

  private func failedRollout(_ sandbox: Sandbox) async throws -> Sandbox.Run {
    try sandbox.write("0", to: "standin/pace")
    let run = try await sandbox.make("k8s-deploy", "v=4", settings: ["ROLLOUT_TIMEOUT": "1"])
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("the rollout of step 4 has not finished after 1 s: ") == true,
      "\(run.text)")
    return run
  }

  @Test(.needs(.kubectl, .openssl))
  func `an image that nobody can pull is named, and how to bring it`() async throws {
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
          + "may "
          + "require authorization", "; the nodes need the image: make docker-build kind-load"
      ),
    ])
  func `why an image is not pulled is told by what the kubelet says`(message: String, hint: String)
    async throws
  {
    // A kubelet before 1.31 says here only that it waits.
    let sandbox = try Sandbox()
    try sandbox.object(
      "node.one", ".spec.providerID\tkind://x", ".status.nodeInfo.architecture\tarm64", in: "-")
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
    let sandbox = try Sandbox()
    try sandbox.object(
      "node.one", ".spec.providerID\tkind://x", ".status.nodeInfo.architecture\tarm64", in: "-")
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

  @Test(.needs(.kubectl, .openssl), arguments: [true, false])
  func `a new namespace gets its pull secret before its pods, where the cloud makes one`(
    isThere: Bool
  ) async throws {
    let sandbox = try Sandbox()
    if isThere {
      try sandbox.object(
        "serviceaccount.default", ".imagePullSecrets[*].name\tregistry-jane", in: "talk")
    }
    let run = try await sandbox.make(
      "k8s-deploy", "v=4", "ns=talk", "image=registry.digitalocean.com/jane/calc", "tag=1",
      settings: ["PULL_SECRET_TIMEOUT": "1"])
    #expect(run.code == 0, "\(run.text)")
    #expect(run.text.contains("there is none after 1 s") == !isThere)
    let calls = try sandbox.calls()
    let look = try #require(calls.firstIndex { $0.hasPrefix("get serviceaccount/default") })
    let apply = try #require(
      calls.firstIndex { $0.hasPrefix("apply") && $0.hasSuffix("calc.yaml") })
    #expect(look < apply)
    // A namespace that was there has its secrets.
    let again = try await sandbox.make("k8s-deploy", "v=4", "ns=talk")
    #expect(try sandbox.calls("get serviceaccount", since: again).isEmpty)
  }

  @Test(.needs(.kubectl, .openssl)) func `the edge says where it is reached`() async throws {
    let run = try await Sandbox().make("k8s-edge")
    #expect(
      run.lines.last
        == "reach it at http://localhost:8080, or with HTTP/2 at https://localhost:8443 (a "
        + "self-signed certificate); in the cluster it is http://calc-edge.default",
      "\(run.text)")
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

  // MARK: An API server that goes away

  private let refusal =
    "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or "
    + "port?"

  @Test(
    .needs(.kubectl, .openssl),
    arguments: ["get namespace/default", "apply", "get deployment/calc", "get nodes"])
  func `an API server that is away for a moment is waited for`(call: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.trouble("4|\(call)|\(refusal)")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("calc-url") == "http://localhost:8080")
  }

  @Test(.needs(.kubectl), arguments: ["get namespace/default", "apply", "get nodes"])
  func `an API server that stays away ends in one line`(call: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.trouble("*|\(call)|\(refusal)")
    let run = try await sandbox.make("k8s-deploy", "v=4", settings: ["API_PATIENCE": "1"])
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "no answer from the API server of context kind-calc for 1 s (\(refusal)); is the "
        + "cluster up?",
      "\(run.text)")
    #expect(run.lines.filter { $0.contains("no answer from the API server") }.count == 1)
  }

  @Test(.needs(.kubectl)) func `what the API server refuses is not tried again`() async throws {
    let sandbox = try Sandbox()
    try sandbox.trouble(
      "*|apply|Error from server (Forbidden): deployments.apps is forbidden: User \"guest\" cannot "
        + "create resource"
    )
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 2)
    #expect(run.lines.last?.contains("(Forbidden)") == true)
    #expect(try sandbox.calls("apply").count == 1)
  }

  // MARK: Any state

  @Test(.needs(.kubectl, .openssl))
  func `a namespace that is half deleted is waited for and made anew`() async throws {
    let sandbox = try Sandbox()
    try sandbox.object(
      "namespace.talk", ".status.phase\tTerminating", ".metadata.deletionTimestamp\tnow",
      ".standin.linger\t3", in: "-")
    let run = try await sandbox.make("k8s-deploy", "v=4", "ns=talk")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.text.contains("namespace/talk is still being deleted: waiting for it"))
    #expect(sandbox.has("deployment.calc", in: "talk"))
  }

  @Test func `a namespace that never goes ends in a line that says where to look`() async throws {
    let sandbox = try Sandbox()
    try sandbox.object(
      "namespace.talk", ".status.phase\tTerminating", ".metadata.deletionTimestamp\tnow",
      ".standin.linger\t*", in: "-")
    let run = try await sandbox.make(
      "k8s-deploy", "v=4", "ns=talk", settings: ["ROLLOUT_TIMEOUT": "1"])
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("namespace/talk is still being deleted after 1 s: what holds it")
        == true, "\(run.text)")
  }

  @Test(.needs(.kubectl, .openssl)) func `an object with a field that cannot change is replaced`()
    async throws
  {
    let sandbox = try Sandbox()
    _ = try await sandbox.make("k8s-deploy", "v=3")
    let refusal =
      #"The Deployment "calc" is invalid: spec.selector: Invalid value: v1.LabelSelector{}: field "#
      + #"is immutable"#
    try sandbox.trouble("1|apply|\(refusal)")
    try sandbox.write("2", to: "standin/linger")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.text.contains("Deployment/calc cannot be changed into the new one: deleting it first"))
    #expect(try sandbox.calls("delete Deployment/calc").count == 1)
    #expect(
      sandbox.field("deployment.calc", ".spec.template.spec.containers[0].command[0]")
        == "/app/CalcV4")
  }

  @Test(.needs(.kubectl, .openssl))
  func `what others made under the same names stays, unless replace=1 says otherwise`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.object(
      "deployment.calc", ".metadata.name\tcalc", ".metadata.generation\t1", ".spec.replicas\t1")
    try sandbox.write("2", to: "standin/linger")
    let refused = try await sandbox.make("k8s-deploy", "v=4")
    #expect(refused.code == 2)
    #expect(
      refused.lines.last
        == "deployment/calc in namespace default of context kind-calc was not made from here, and "
        + "stays: ns=NAME puts the talk beside it, replace=1 deletes it", "\(refused.text)")
    #expect(try sandbox.calls("delete ").isEmpty && sandbox.calls("apply").isEmpty)
    let run = try await sandbox.make("k8s-deploy", "v=4", "replace=1")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.contains {
        $0.hasPrefix("  deployment/calc was not made from here: deletes it, as replace=1 says")
      })
    #expect(sandbox.field("deployment.calc", ".spec.replicas") == "13")
    _ = try await sandbox.make("k8s-deploy", "v=4")
    #expect(try sandbox.calls("delete deployment/calc").count == 1)
  }

  @Test(.needs(.kubectl)) func `an object that is never accepted ends in what the server said`()
    async throws
  {
    let sandbox = try Sandbox()
    let refusal =
      #"The Deployment "calc" is invalid: spec.selector: Invalid value: v1.LabelSelector{}: field "#
      + #"is immutable"#
    try sandbox.trouble("*|apply|\(refusal)")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 2)
    #expect(run.lines.last == refusal)
  }
}
