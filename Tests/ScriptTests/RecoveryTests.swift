import Testing

@testable import TestSupport

/// `make k8s-deploy` from any state: an API server that goes away, and objects that stand in the
/// way.
@Suite(.timeLimit(.minutes(6))) struct RecoveryTests {
  private let refusal =
    "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or "
    + "port?"
  private let immutable =
    #"The Deployment "calc" is invalid: spec.selector: Invalid value: v1.LabelSelector{}: field "#
    + #"is immutable"#

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
    try sandbox.trouble("1|apply|\(immutable)")
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

  @Test(.needs(.kubectl)) func `an object that is never accepted ends in what the server said`()
    async throws
  {
    let sandbox = try Sandbox()
    try sandbox.trouble("*|apply|\(immutable)")
    let run = try await sandbox.make("k8s-deploy", "v=4")
    #expect(run.code == 2)
    #expect(run.lines.last == immutable)
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

  @Test(
    .needs(.kubectl, .openssl),
    arguments: [
      ("k8s-deploy v=4", "service/calc"), ("k8s-edge", "deployment/calc-edge"),
      ("k8s-edge", "service/calc-edge"), ("influxdb-k8s-deploy", "statefulset/influxdb"),
      ("influxdb-k8s-deploy", "service/influxdb"),
    ])
  func `nothing else that others made is touched, either`(command: String, object: String)
    async throws
  {
    let sandbox = try Sandbox()
    let name = object.replacing("/", with: ".")
    try sandbox.object(
      name, ".metadata.name\t\(object.split(separator: "/")[1])", ".metadata.generation\t1")
    let words = command.split(separator: " ").map(String.init)
    let refused = try await sandbox.make(words)
    #expect(refused.code == 2)
    #expect(
      refused.lines.last
        == "\(object) in namespace default of context kind-calc was not made from here, and "
        + "stays: ns=NAME puts the talk beside it, replace=1 deletes it", "\(refused.text)")
    #expect(try sandbox.calls("delete ").isEmpty && sandbox.calls("apply").isEmpty)
    let run = try await sandbox.make(words + ["replace=1"])
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("delete \(object)").count == 1)
  }
}
