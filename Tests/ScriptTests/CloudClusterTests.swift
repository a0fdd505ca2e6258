import Testing

@testable import TestSupport

/// The registry of the image and the cluster that pulls from it: made once, and remembered.
@Suite(.timeLimit(.minutes(5))) struct CloudClusterTests {
  @Test func `a registry is made once and remembered`() async throws {
    let sandbox = try Cloud.sandbox(
      "1|doctl registries list*|0|", "*|doctl registries list*|0|jane   ")
    for _ in 0..<2 {
      let run = try await sandbox.make("do-create-registry", "name=jane")
      #expect(run.code == 0, "\(run.text)")
      #expect(run.lines.last?.contains("image=registry.digitalocean.com/jane/calc") == true)
    }
    #expect(
      try sandbox.calls("doctl registries create jane --region fra1 --subscription-tier starter")
        .count == 1)
    #expect(sandbox.state("do/registry") == "jane")
  }

  @Test func `a registry made elsewhere is used, and not remembered as ours`() async throws {
    let sandbox = try Cloud.sandbox("*|doctl registries list*|0|jane")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 0 && run.text.contains("do-delete leaves it alone"), "\(run.text)")
    #expect(sandbox.state("do/registry") == nil)
  }

  @Test func `a registry that was deleted by hand is made again`() async throws {
    let sandbox = try Cloud.sandbox()
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("jane", as: "registry")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("registries create jane").count == 1)
  }

  @Test func `a second registry that the plan does not allow is told with both ways on`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl registries list*|0|shop",
      "*|doctl registries create*|1|Error: POST \(Cloud.api): 422 (request \"r\") registry limit "
        + "reached"
    )
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix(
        "there is registry shop already: make do-create-registry name=shop uses it, "
          + "tier=professional allows for a second") == true, "\(run.text)")
  }

  @Test func `a cluster is remembered before it runs, and waited for`() async throws {
    let sandbox = try Cloud.sandbox(
      "1|doctl kubernetes cluster list*|0|", "*|doctl kubernetes cluster list*|0|c-1 calc",
      "*|doctl kubernetes cluster create*|0|c-1",
      "2|doctl kubernetes cluster get c-1*|0|provisioning",
      "*|doctl kubernetes cluster get c-1*|0|running")
    let impatient = try await sandbox.make(
      "do-create-k8s-cluster", settings: ["CLOUD_TIMEOUT": "0"])
    #expect(impatient.code == 2)
    #expect(
      impatient.lines.last?.hasPrefix("cluster calc is still provisioning after 0 s") == true,
      "\(impatient.text)")
    #expect(sandbox.state("do/cluster") == "c-1")
    let run = try await sandbox.make("do-create-k8s-cluster")
    #expect(run.code == 0, "\(run.text)")
    let made = try sandbox.calls("doctl kubernetes cluster create")
    #expect(
      made.count == 1 && made[0].contains("--region fra1 --count 7 --size s-2vcpu-4gb --wait=false")
    )
    #expect(try sandbox.calls("doctl kubernetes cluster kubeconfig save c-1").count == 1)
    #expect(try await sandbox.make("do-add-registry-to-k8s-cluster").code == 0)
    #expect(try sandbox.calls("doctl kubernetes cluster registry add c-1").count == 1)
  }
}
