import Testing

@testable import TestSupport

/// `make k8s-deploy` against a cluster that does what clusters do.
@Suite(.timeLimit(.minutes(6))) struct DeployTests {
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
  func `a cluster of no cloud is reached at a node's port, without a wait for a load balancer`(
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

  @Test(.needs(.kubectl, .openssl)) func `the edge says where it is reached`() async throws {
    let run = try await Sandbox().make("k8s-edge")
    #expect(
      run.lines.last
        == "reach it at http://localhost:8080, or with HTTP/2 at https://localhost:8443 (a "
        + "self-signed certificate); in the cluster it is http://calc-edge.default",
      "\(run.text)")
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

  @Test(.needs(.kubectl, .openssl)) func `an address that was set without a cluster is for all`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.write("https://calc.example.org\n", to: "state/calc-url")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.text.contains("tests go to https://calc.example.org, as set by hand"))
    #expect(sandbox.state("calc-url") == "https://calc.example.org")
  }

  @Test(.needs(.kubectl))
  func `the balancer of a cluster that was made from here is remembered until it leaves`()
    async throws
  {
    let sandbox = try Cloud.sandbox()
    try sandbox.node(provider: "digitalocean://4711")
    try sandbox.write("203.0.113.7", to: "standin/address")
    try sandbox.object("service.calc", Cloud.mark, Cloud.balancer("lb-1"))
    #expect(try await sandbox.make("k8s-deploy", "v=4").code == 0)
    #expect(sandbox.state("do/load-balancers") == nil, "a cluster of others")
    try sandbox.remember("c-1", as: "cluster")
    for _ in 1...2 { #expect(try await sandbox.make("k8s-deploy", "v=4").code == 0) }
    #expect(sandbox.text("state/do/load-balancers") == "lb-1\n")
    #expect(try await sandbox.make("k8s-delete").code == 0)
    #expect(sandbox.text("state/do/load-balancers") == nil)
  }
}
