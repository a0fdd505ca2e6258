import Testing

@testable import TestSupport

/// `make do-delete` takes away all that was made, and forgets nothing that is still there.
@Suite(.timeLimit(.minutes(5))) struct CloudDeletionTests {
  @Test func `a delete takes all that was made, by its id, and is done with it`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute certificate list*|0|k-3 calc-calc-example-org\\nk-9 shop",
      "2|doctl compute certificate delete k-3*|1|Error: DELETE \(Cloud.api): 403 certificate in "
        + "use",
      "*|doctl kubernetes cluster list-associated-resources c-1 --format LoadB*|0|[lb-1 lb-2 lb-9]",
      "*|doctl kubernetes cluster list-associated-resources c-1 --format Vol*|0|[v-1 v-9]")
    for (name, value) in [
      ("cluster", "c-1"), ("load-balancers", "lb-1"), ("registry", "jane"), ("vm", "22"),
      ("key", "11"), ("record", "example.org 33"),
      ("certificate", "calc-calc-example-org"), ("certificate-in-use", "calc-calc-example-org"),
      ("account", Cloud.account),
    ] {
      try sandbox.remember(value, as: name)
    }
    try sandbox.object(
      "service.calc", Cloud.mark,
      Cloud.balancer("lb-2"))
    try sandbox.object(
      "persistentvolumeclaim.data", Cloud.mark, ".spec.volumeName\tpvc-1")
    try sandbox.object("persistentvolume.pvc-1", ".spec.csi.volumeHandle\tv-1", in: "-")
    try sandbox.write("registry.digitalocean.com/jane/calc:0.1.0\n", to: "state/image")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("image") == nil)
    #expect(
      try sandbox.calls(" --force") == [
        "doctl compute domain records delete example.org 33 --force",
        "doctl kubernetes cluster delete-selective c-1 --force --load-balancers lb-1,lb-2"
          + " --volumes v-1",
        "doctl compute certificate delete k-3 --force",
        "doctl compute certificate delete k-3 --force",
        "doctl compute certificate delete k-3 --force", "doctl compute droplet delete 22 --force",
        "doctl compute ssh-key delete 11 --force",
        "doctl registries delete jane --force",
      ])
    let second = try await sandbox.make("do-delete")
    #expect(
      second.lines == [
        "nothing on DigitalOcean was made from here, or all of it is gone",
        "team Example has no cluster, machine, load balancer, volume or registry left",
      ])
    #expect(try sandbox.calls(" --force", since: second).isEmpty)
  }

  @Test func `what is gone already is no failure, what cannot be deleted is kept for the next try`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute droplet delete*|1|\(Cloud.absent)",
      "1|doctl registries delete*|1|Error: DELETE \(Cloud.api): 500 oops")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("22", as: "vm")
    try sandbox.remember("jane", as: "registry")
    let first = try await sandbox.make("do-delete")
    #expect(first.code == 2)
    #expect(
      first.lines.last
        == "DigitalOcean: Error: DELETE \(Cloud.api): 500 oops; the same command tries again",
      "\(first.text)")
    #expect(sandbox.state("do/vm") == nil && sandbox.state("do/registry") == "jane")
    #expect(try await sandbox.make("do-delete").code == 0)
    #expect(sandbox.state("do/registry") == nil)
  }

  @Test func `what another account made is not forgotten because this one does not see it`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl account get *|0|u-1    t-2    jane@example.org    Other team",
      "*|doctl *|1|\(Cloud.absent)")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("c-1", as: "cluster")
    for target in ["do-delete", "do-create-k8s-cluster"] {
      let run = try await sandbox.make(target)
      #expect(run.code == 2)
      #expect(
        run.lines == [
          "what was made here belongs to team Example, and doctl uses team Other team: doctl auth "
            + "switch --context NAME goes back; then the same command"
        ], "\(run.text)")
    }
    #expect(sandbox.state("do/cluster") == "c-1")
  }

  @Test(arguments: [
    ("do-delete", "vm", "22", "*|doctl compute droplet delete 22*|1|\(Cloud.absent)"),
    ("do-delete", "cluster", "c-1", "*|doctl kubernetes cluster get c-1*|1|\(Cloud.absent)"),
    ("do-delete", "registry", "jane", "*|doctl registries delete jane*|1|\(Cloud.absent)"),
    ("do-delete", "certificate", "calc-calc-example-org", "*|doctl compute certificate list*|0|"),
    ("do-create-load-test-vm", "vm", "22", "*|doctl compute droplet get*|1|\(Cloud.absent)"),
    ("do-create-k8s-cluster", "cluster", "c-1", "*|doctl kubernetes cluster list*|0|c-2 shop"),
    ("do-create-registry name=jane", "registry", "jane", "*|doctl registries list*|0|shop"),
    ("do-create-registry name=john", "registry", "jane", "*|doctl registries list*|0|shop"),
    (
      "do-create-cert domain=calc.example.org", "certificate", "calc-calc-example-org",
      "*|doctl compute certificate list*|0|k-9 shop"
    ),
  ])
  func `where no account is remembered, what this one lacks is not forgotten`(
    words: String, kind: String, value: String, answer: String
  ) async throws {
    let sandbox = try Cloud.sandbox(Cloud.domains, answer)
    try sandbox.remember(value, as: kind)
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "team Example does not have the remembered \(kind), and no account is remembered with "
        + "it: if this one made it, rm \(sandbox.folder)/state/do/\(kind) and the same command "
        + "again", "\(run.text)")
    #expect(sandbox.state("do/\(kind)") == value && sandbox.state("do/account") == nil)
    #expect(try sandbox.calls(" create ").isEmpty)
  }

  @Test func `ids from before an account was remembered are not given the one in use`()
    async throws
  {
    let sandbox = try Cloud.sandbox("*|doctl kubernetes cluster get c-1*|1|\(Cloud.absent)")
    try sandbox.remember("c-1", as: "cluster")
    #expect(try await sandbox.make("do-create-registry", "name=jane").code == 0)
    #expect(sandbox.state("do/registry") == "jane" && sandbox.state("do/account") == nil)
    #expect(try await sandbox.make("do-delete").code == 2)
    #expect(sandbox.state("do/cluster") == "c-1")
    let other = try Cloud.sandbox()
    #expect(try await other.make("do-create-registry", "name=jane").code == 0)
    #expect(other.state("do/account") == Cloud.account)
  }

  @Test func `a certificate that was deleted by hand is no failure`() async throws {
    let sandbox = try Cloud.sandbox("*|doctl compute certificate list*|0|k-9 shop")
    for (name, value) in [("account", Cloud.account), ("certificate", "calc-a"), ("vm", "22")] {
      try sandbox.remember(value, as: name)
    }
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls(" --force") == ["doctl compute droplet delete 22 --force"])
    #expect(sandbox.state("do/certificate") == nil)
  }

  @Test func `the id of a balancer that left before neither fails nor forgets the cluster`()
    async throws
  {
    // The API answers 404 for the whole call when one of the resources is not the cluster's.
    let sandbox = try Cloud.sandbox(
      "*|doctl kubernetes cluster list-associated-resources c-1 --format LoadB*|0|[lb-2]",
      "*|doctl kubernetes cluster delete-selective *lb-1*|1|\(Cloud.absent)",
      "*|doctl compute load-balancer delete lb-1 --force|1|\(Cloud.absent)")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("c-1", as: "cluster")
    try sandbox.write("lb-1\nlb-2\n", to: "state/do/load-balancers")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("delete-selective c-1 --force --load-balancers lb-2").count == 1)
    #expect(sandbox.state("do/cluster") == nil && sandbox.state("do/load-balancers") == nil)
  }

  @Test func `a cluster that is asked to go and answers 404 stays remembered`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl kubernetes cluster delete-selective *|1|\(Cloud.absent)")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("c-1", as: "cluster")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 2 && sandbox.state("do/cluster") == "c-1", "\(run.text)")
  }

  @Test func `a cluster that was deleted by hand is gone, and its balancers are not left`()
    async throws
  {
    let sandbox = try Cloud.sandbox("*|doctl kubernetes cluster get c-1*|1|\(Cloud.absent)")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("c-1", as: "cluster")
    try sandbox.remember("lb-1", as: "load-balancers")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      try sandbox.calls(" --force") == ["doctl compute load-balancer delete lb-1 --force"])
  }

  @Test func `what is still there and costs money is shown at the end, nodes with their cluster`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl kubernetes cluster list *|0|c-1    calc\\nc-2    shop",
      "*|doctl compute droplet list *|0|7    calc-abc    k8s,k8s:c-1,k8s:worker\\n8    web    ",
      "*|doctl compute load-balancer list *|0|lb-9    a9b8c7",
      "*|doctl compute volume list *|1|Error: GET \(Cloud.api): 403 (request \"r\") You are missing"
    )
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("c-1", as: "cluster")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.last
        == "team Example still has, and pays for: cluster calc (being deleted), cluster shop, "
        + "machine web, load balancer a9b8c7, volumes that cannot be listed (Error: GET "
        + #"\#(Cloud.api): 403 (request "r") You are missing)"#, "\(run.text)")
  }

  @Test func `a delete on the cluster forgets the balancer that left with its Service`()
    async throws
  {
    let sandbox = try Cloud.sandbox()
    try sandbox.write("lb-1\nlb-2\n", to: "state/do/load-balancers")
    try sandbox.object(
      "service.calc", Cloud.mark,
      Cloud.balancer("lb-1"))
    #expect(try await sandbox.make("k8s-delete").code == 0)
    #expect(sandbox.text("state/do/load-balancers") == "lb-2\n")
  }
}
