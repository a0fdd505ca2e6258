import Testing

@testable import TestSupport

/// DigitalOcean: what is made, made once, and all that `do-delete` takes away.
@Suite(.timeLimit(.minutes(2))) struct CloudTests {
  private func cloud(_ answers: String...) throws -> Sandbox {
    let sandbox = try Sandbox(
      context: "do-fra1-calc", programs: ["doctl", "ssh", "scp", "ssh-keygen"])
    try sandbox.write(answers.map { "\($0)\n" }.joined(), to: "standin/answers")
    return sandbox
  }

  private static let domains = "*|doctl compute domain list*|0|example.org\\ntalk.example.org"
  private let annotations = ".metadata.annotations."

  @Test(arguments: [
    ("do-create-registry", "name= is missing"),
    ("do-create-registry name=Jane", "small letters, digits and hyphens"),
    ("do-create-cert", "domain= is missing, as in make do-create-cert domain=calc.example.org"),
    ("do-create-dns-record domain=calc", "is no domain, as calc.example.org is"),
    ("do-load-test", "no address is remembered"), ("do-lb-https", "no certificate is remembered"),
  ])
  func `what is missing is named`(words: String, expected: String) async throws {
    let sandbox = try cloud()
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
    let sandbox = try cloud(
      "*|doctl account get|1|Error: Unable to initialize DigitalOcean API client: access token is required"
    )
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines == ["doctl has no account: doctl auth init asks for a token of it"])
  }

  @Test func `a registry is made once and remembered`() async throws {
    let sandbox = try cloud("*|doctl registries get jane|1|Error: 404")
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

  @Test func `a registry of somebody else is used, and not remembered as ours`() async throws {
    let sandbox = try cloud()
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 0 && run.text.contains("do-delete leaves it alone"), "\(run.text)")
    #expect(sandbox.state("do/registry") == nil)
  }

  @Test func `a cluster is remembered before it runs, and waited for`() async throws {
    let sandbox = try cloud(
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

  @Test func `what DigitalOcean refuses is one line`() async throws {
    let sandbox = try cloud(
      "*|doctl kubernetes cluster create*|1|Error: POST https://api: 422 droplet limit exceeded")
    let run = try await sandbox.make("do-create-k8s-cluster")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("DigitalOcean: Error: POST https://api: 422 droplet limit exceeded")
        == true, "\(run.text)")
    #expect(sandbox.state("do/cluster") == nil)
  }

  @Test func `the load test's machine is made once, and k6 on it is tried until it is there`()
    async throws
  {
    let sandbox = try cloud(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "1|doctl compute droplet get 22*|0|",
      "*|doctl compute droplet get 22*|0|198.51.100.9",
      "2|ssh *198.51.100.9 true|255|Connection refused",
      "2|ssh *bash -s|100|E: Could not get lock")
    for _ in 0..<2 {
      let run = try await sandbox.make("do-create-load-test-vm")
      #expect(run.code == 0, "\(run.text)")
    }
    #expect(
      try sandbox.calls("doctl compute droplet create calc-load-test --region fra1").count == 1)
    #expect(try sandbox.calls("doctl compute ssh-key import").count == 1)
    #expect(try sandbox.calls("bash -s").count == 4)
  }

  @Test func `the load from outside is counted by k6 on the machine and told in one line`()
    async throws
  {
    let summary =
      #"{"run":"1","url":"https://calc.example.org","sent":1200,"failed":3,"outcomes":{"ok":1197,"eof":1,"http_502":2},"own":0}"#
    let sandbox = try cloud(
      "*|doctl compute droplet get 22*|0|198.51.100.9", "*|ssh *k6 run*|0|running …\\n\(summary)\\r"
    )
    try sandbox.write("22\n", to: "state/do/vm")
    try sandbox.write("https://calc.example.org\n", to: "state/calc-url")
    let run = try await sandbox.make("do-load-test", "vus=100", "duration=1m")
    #expect(run.code == 0, "\(run.text)")
    #expect(run.lines.last == "sent 1200, failed 3: ok 1197, eof 1, http_502 2")
    #expect(
      try sandbox.calls("scp ").contains {
        $0.hasSuffix("k6/load-test.js root@198.51.100.9:load-test.js")
      })
    #expect(
      try sandbox.calls("k6 run").contains {
        $0.contains("CALC_URL=https://calc.example.org") && $0.contains("-e VUS=100 -e DURATION=1m")
      })
  }

  @Test func `a machine that does not let k6 in ends in what it said`() async throws {
    let sandbox = try cloud(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "*|doctl compute droplet get 22*|0|198.51.100.9",
      "*|ssh *bash -s|100|E: Unable to locate package k6")
    let run = try await sandbox.make("do-create-load-test-vm", settings: ["INSTALL_TIMEOUT": "0"])
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "k6 could not be installed: E: Unable to locate package k6; the same command tries again",
      "\(run.text)")
  }

  @Test func `a certificate is asked for once and waited for`() async throws {
    let sandbox = try cloud(
      Self.domains, "1|doctl compute certificate list*|0|",
      "*|doctl compute certificate list*|0|k-1 calc-calc-example-org",
      "*|doctl compute certificate create*|0|k-1", "1|doctl compute certificate get k-1*|0|pending",
      "*|doctl compute certificate get k-1*|0|verified")
    for _ in 0..<2 {
      #expect(try await sandbox.make("do-create-cert", "domain=calc.example.org").code == 0)
    }
    #expect(
      try sandbox.calls(
        "doctl compute certificate create --type lets_encrypt --name calc-calc-example-org --dns-names calc.example.org"
      )
      .count
        == 1)
    #expect(sandbox.state("do/certificate") == "calc-calc-example-org")
  }

  @Test func `a domain that the account does not hold is told`() async throws {
    let run = try await cloud(Self.domains).make("do-create-cert", "domain=calc.example.com")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("no domain of your account holds calc.example.com") == true,
      "\(run.text)")
  }

  @Test
  func `a record leads to the load balancer, in the longest domain that fits, and follows it`()
    async throws
  {
    let sandbox = try cloud(
      Self.domains, "1|doctl compute domain records list talk.example.org*|0|9 A www 192.0.2.1",
      "*|doctl compute domain records list talk.example.org*|0|9 A www 192.0.2.1\\n33 A calc 203.0.113.7",
      "*|doctl compute domain records create*|0|33")
    try sandbox.object("service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7")
    for _ in 0..<2 {
      #expect(
        try await sandbox.make("do-create-dns-record", "domain=calc.talk.example.org").code == 0)
    }
    let made = try sandbox.calls("records create")
    #expect(made.count == 1)
    #expect(
      made[0].contains(
        "talk.example.org --record-type A --record-name calc --record-data 203.0.113.7 --record-ttl 600"
      ))
    try sandbox.object("service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.8")
    #expect(
      try await sandbox.make("do-create-dns-record", "domain=calc.talk.example.org").code == 0)
    #expect(
      try sandbox.calls("records update talk.example.org --record-id 33 --record-data 203.0.113.8")
        .count == 1)
  }

  @Test func `a record of somebody else stays`() async throws {
    let sandbox = try cloud(
      Self.domains, "*|doctl compute domain records list*|0|9 A calc 192.0.2.1")
    try sandbox.object("service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7")
    let run = try await sandbox.make("do-create-dns-record", "domain=calc.example.org")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("calc.example.org leads to 192.0.2.1 already") == true,
      "\(run.text)")
    #expect(try sandbox.calls("records update").isEmpty && sandbox.state("do/record") == nil)
  }

  @Test(arguments: [
    ("do-lb-https", "tls", "http2", "https"), ("do-lb-http2", "http2", "tls", "http2"),
  ])
  func `the load balancer gets the talk's forwarding rules by annotations`(
    target: String, set: String, unset: String, entry: String
  )
    async throws
  {
    let sandbox = try cloud(
      "*|doctl compute certificate list*|0|k-2 calc-calc-example-org",
      "1|doctl compute load-balancer get lb-1*|0|entry_protocol:tcp,entry_port:80",
      "*|doctl compute load-balancer get lb-1*|0|entry_protocol:http,entry_port:80 entry_protocol:\(entry),entry_port:443,target_protocol:http"
    )
    try sandbox.write("calc-calc-example-org\n", to: "state/do/certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-1")
    let run = try await sandbox.make(target)
    #expect(run.code == 0, "\(run.text)")
    let patch = try #require(sandbox.text("standin/calls"))
    #expect(patch.contains("do-loadbalancer-certificate-id\": \"k-2\""))
    #expect(
      patch.contains("do-loadbalancer-\(set)-ports\": \"443\"")
        && patch.contains("do-loadbalancer-\(unset)-ports\": null"))
    #expect(patch.contains(#"{"name": "https", "port": 443, "targetPort": "http"}"#))
  }

  @Test func `a load balancer that forwards packets is told to be none for HTTPS`() async throws {
    let sandbox = try cloud("*|doctl compute certificate list*|0|k-2 calc-calc-example-org")
    try sandbox.write("calc-calc-example-org\n", to: "state/do/certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      annotations + #"service\.beta\.kubernetes\.io/do-loadbalancer-type"# + "\tREGIONAL_NETWORK")
    let run = try await sandbox.make("do-lb-https")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.contains("(REGIONAL_NETWORK) and can end no HTTPS") == true, "\(run.text)")
    #expect(try sandbox.calls("patch").isEmpty)
  }

  @Test func `a delete takes all that was made, by its id, and is done with it`() async throws {
    let sandbox = try cloud(
      "*|doctl compute certificate list*|0|k-3 calc-calc-example-org\\nk-9 shop",
      "2|doctl compute certificate delete k-3*|1|Error: 403 certificate in use")
    for (name, value) in [
      ("cluster", "c-1"), ("load-balancers", "lb-1"), ("registry", "jane"), ("vm", "22"),
      ("key", "11"), ("record", "example.org 33"),
      ("certificate", "calc-calc-example-org"), ("certificate-in-use", "calc-calc-example-org"),
    ] {
      try sandbox.write("\(value)\n", to: "state/do/\(name)")
    }
    try sandbox.object(
      "service.calc", #".metadata.labels.app\.kubernetes\.io/part-of"# + "\tgraceful-shutdown",
      annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-2")
    try sandbox.write("registry.digitalocean.com/jane/calc:0.1.0\n", to: "state/image")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("image") == nil)
    #expect(
      try sandbox.calls(" --force") == [
        "doctl compute domain records delete example.org 33 --force",
        "doctl kubernetes cluster delete-selective c-1 --load-balancers lb-1,lb-2 --force",
        "doctl compute certificate delete k-3 --force",
        "doctl compute certificate delete k-3 --force",
        "doctl compute certificate delete k-3 --force", "doctl compute droplet delete 22 --force",
        "doctl compute ssh-key delete 11 --force",
        "doctl registries delete jane --force",
      ])
    let second = try await sandbox.make("do-delete")
    #expect(second.lines == ["nothing on DigitalOcean was made from here, or all of it is gone"])
    #expect(try sandbox.calls(" --force", since: second).isEmpty)
  }

  @Test func `what is gone already is no failure, what cannot be deleted is kept for the next try`()
    async throws
  {
    let sandbox = try cloud(
      "*|doctl compute droplet delete*|1|Error: DELETE https://api: 404 not found",
      "1|doctl registries delete*|1|Error: 500 oops")
    try sandbox.write("22\n", to: "state/do/vm")
    try sandbox.write("jane\n", to: "state/do/registry")
    let first = try await sandbox.make("do-delete")
    #expect(first.code == 2)
    #expect(
      first.lines.last == "DigitalOcean: Error: 500 oops; the same command tries again",
      "\(first.text)")
    #expect(sandbox.state("do/vm") == nil && sandbox.state("do/registry") == "jane")
    #expect(try await sandbox.make("do-delete").code == 0)
    #expect(sandbox.state("do/registry") == nil)
  }
}
