import Testing

@testable import TestSupport

/// What every target of DigitalOcean does with an account, a refusal and a wait.
@Suite(.timeLimit(.minutes(5))) struct DoctlTests {
  @Test(arguments: [
    ("do-create-registry", "name= is missing"),
    ("do-create-registry name=Jane", "small letters, digits and hyphens"),
    ("do-create-cert", "domain= is missing, as in make do-create-cert domain=calc.example.org"),
    ("do-create-dns-record domain=calc", "is no domain, as calc.example.org is"),
    ("do-load-test", "no address is remembered"), ("do-lb-https", "no certificate is remembered"),
  ])
  func `what is missing is named`(words: String, expected: String) async throws {
    let sandbox = try Cloud.sandbox()
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines.count == 1 && run.text.contains(expected), "\(run.text)")
  }

  @Test(arguments: [
    "do-create-registry name=jane", "do-create-k8s-cluster", "do-add-registry-to-k8s-cluster",
    "do-create-load-test-vm",
    "do-create-cert domain=calc.example.org", "do-create-dns-record domain=calc.example.org",
    "do-delete",
  ])
  func `without an account the line says how to name one`(words: String) async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl account get *|1|Error: Unable to initialize DigitalOcean API client: access token "
        + "is required"
    )
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines == ["doctl has no account: doctl auth init asks for a token of it"])
  }

  @Test func `what DigitalOcean refuses is one line`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl kubernetes cluster create*|1|Error: POST https://api: 422 droplet limit exceeded")
    let run = try await sandbox.make("do-create-k8s-cluster")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("DigitalOcean: Error: POST https://api: 422 droplet limit exceeded")
        == true, "\(run.text)")
    #expect(sandbox.state("do/cluster") == nil)
  }

  @Test func `a scope that the token lacks is not an empty list`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl registries list*|1|Error: GET \(Cloud.api): 403 (request \"r\") You are missing the "
        + "required permission registry:read")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix("the token has no scope for it: doctl auth init takes another")
        == true, "\(run.text)")
    #expect(try sandbox.calls("registries create").isEmpty)
  }

  @Test func `a token that may not see its account is not called none`() async throws {
    let refusal =
      "Error: GET https://api.digitalocean.com/v2/account: 403 (request \"r\") You are missing the "
      + "required permission account:read"
    let run = try await Cloud.sandbox("*|doctl account get *|1|\(refusal)").make("do-delete")
    #expect(run.code == 2)
    #expect(
      run.lines == [
        "DigitalOcean: \(refusal) (doctl account get); the token has no scope for it: doctl auth "
          + "init takes another"
      ], "\(run.text)")
  }

  @Test(arguments: [
    (
      "do-create-k8s-cluster", "*|doctl kubernetes cluster get c-1*|0|degraded",
      "cluster calc is degraded, and will hardly run: make do-delete, then the same command again"
    ),
    (
      "do-create-cert domain=calc.example.org", "*|doctl compute certificate get k-1*|0|error",
      "Let's Encrypt refused certificate calc-calc-example-org: has the registrar of example.org "
        + "named ns1.digitalocean.com? Then the same command asks again"
    ),
  ])
  func `what will never be is not waited for`(words: String, state: String, line: String)
    async throws
  {
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "*|doctl kubernetes cluster create*|0|c-1",
      "*|doctl compute certificate create*|0|k-1", state)
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2 && run.lines.last == line, "\(run.text)")
  }

  @Test func `a poll that fails for a moment is not the end, one that is refused is`() async throws
  {
    let sandbox = try Cloud.sandbox(
      "*|doctl kubernetes cluster create*|0|c-1",
      "2|doctl kubernetes cluster get c-1*|1|Error: GET \(Cloud.api): 503 Service Unavailable",
      "*|doctl kubernetes cluster get c-1*|0|running")
    #expect(try await sandbox.make("do-create-k8s-cluster").code == 0)
    try sandbox.answers(
      "*|doctl kubernetes cluster list*|0|c-1 calc",
      "*|doctl kubernetes cluster get c-1*|1|Error: GET \(Cloud.api): 401 (request \"r\") Unable "
        + "to authenticate you")
    let refused = try await sandbox.make("do-create-k8s-cluster")
    #expect(
      refused.code == 2
        && refused.lines.last?.hasSuffix("doctl auth init takes another") == true,
      "\(refused.text)")
  }

  @Test(arguments: [
    ("account get --format UUID,TeamUUID,Email,Team --no-header", nil),
    ("compute load-balancer get lb-1 --format SizeUnit --no-header", nil),
    ("account get --format UUID,TeamID", #"Error: unknown column "TeamID""#),
    ("registries list --format ID,Name --no-header", #"Error: unknown column "ID""#),
    (
      "kubernetes cluster list-associated-resources c-1 --format ID",
      #"Error: unknown column "ID""#
    ),
    ("kubernetes cluster create calc --node 7", "Error: unknown flag: --node"),
    ("clusters list", #"Error: unknown command "clusters" for "doctl""#),
  ])
  func `the stand-in refuses what doctl does not know`(words: String, refusal: String?) async throws
  {
    let sandbox = try Cloud.sandbox()
    let run = try await sandbox.run(["doctl"] + words.split(separator: " ").map(String.init))
    #expect(run.code == (refusal == nil ? 0 : 1), "\(run.text)")
    if let refusal { #expect(run.lines == [refusal]) }
  }
}
