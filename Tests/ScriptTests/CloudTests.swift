import Testing

@testable import TestSupport

/// DigitalOcean: what is made, made once, and all that `do-delete` takes away.
@Suite(.timeLimit(.minutes(2))) struct CloudTests {
  private func cloud(_ answers: String...) throws -> Sandbox {
    let sandbox = try Sandbox(
      context: "do-fra1-calc", programs: ["doctl", "ssh", "scp", "ssh-keygen", "docker"])
    try sandbox.write(answers.map { "\($0)\n" }.joined(), to: "standin/answers")
    return sandbox
  }

  private static let account = "t-1 team Example"
  private static let mark =
    #".metadata.labels.app\.kubernetes\.io/part-of"# + "\tgraceful-shutdown"
  private let api = "https://api.digitalocean.com/v2/things/1"
  /// As doctl quotes the API.
  private var absent: String {
    #"Error: GET \#(api): 404 (request "r-1") The resource you were accessing could not be found."#
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
      "*|doctl account get *|1|Error: Unable to initialize DigitalOcean API client: access token "
        + "is required"
    )
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines == ["doctl has no account: doctl auth init asks for a token of it"])
  }

  @Test func `a registry is made once and remembered`() async throws {
    let sandbox = try cloud(
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

  @Test func `a registry of somebody else is used, and not remembered as ours`() async throws {
    let sandbox = try cloud("*|doctl registries list*|0|jane")
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
      #"{"run":"1","url":"https://calc.example.org","sent":1200,"failed":3,"outcomes":{"ok":1197,"#
      + #""eof":1,"http_502":2},"own":0}"#
    let sandbox = try cloud(
      "*|doctl compute droplet get 22*|0|198.51.100.9", "*|ssh *k6 run*|0|running …\\n\(summary)\\r"
    )
    try sandbox.write("22\n", to: "state/do/vm")
    try sandbox.write("https://calc.example.org\n", to: "state/calc-url")
    let run = try await sandbox.make("do-load-test", "vus=100", "duration=1m")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.last == "k6 1.7.1, sent 1200, failed 3: ok 1197, eof 1, http_502 2", "\(run.text)")
    #expect(!run.text.contains("{"), "what is for machines is not shown")
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
        == "k6 could not be installed: E: Unable to locate package k6; the same command tries "
        + "again",
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
        "doctl compute certificate create --type lets_encrypt --name calc-calc-example-org "
          + "--dns-names calc.example.org"
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
      "*|doctl compute domain records list talk.example.org*|0|9 A www 192.0.2.1\\n33 A calc "
        + "203.0.113.7",
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
        "talk.example.org --record-type A --record-name calc --record-data 203.0.113.7 "
          + "--record-ttl 600"
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
      "1|doctl compute load-balancer get lb-1*|1|Error: GET \(api): 503 Service Unavailable",
      "*|doctl compute load-balancer get lb-1*|0|entry_protocol:http,entry_port:80 "
        + "entry_protocol:\(entry),entry_port:443,target_protocol:http"
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
      "2|doctl compute certificate delete k-3*|1|Error: DELETE \(api): 403 certificate in use",
      "*|doctl kubernetes cluster list-associated-resources c-1 --format LoadB*|0|[lb-1 lb-2 lb-9]",
      "*|doctl kubernetes cluster list-associated-resources c-1 --format Vol*|0|[v-1 v-9]")
    for (name, value) in [
      ("cluster", "c-1"), ("load-balancers", "lb-1"), ("registry", "jane"), ("vm", "22"),
      ("key", "11"), ("record", "example.org 33"),
      ("certificate", "calc-calc-example-org"), ("certificate-in-use", "calc-calc-example-org"),
      ("account", Self.account),
    ] {
      try sandbox.write("\(value)\n", to: "state/do/\(name)")
    }
    try sandbox.object(
      "service.calc", Self.mark,
      annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-2")
    try sandbox.object(
      "persistentvolumeclaim.data", Self.mark, ".spec.volumeName\tpvc-1")
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
    let sandbox = try cloud(
      "*|doctl compute droplet delete*|1|\(absent)",
      "1|doctl registries delete*|1|Error: DELETE \(api): 500 oops")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("22\n", to: "state/do/vm")
    try sandbox.write("jane\n", to: "state/do/registry")
    let first = try await sandbox.make("do-delete")
    #expect(first.code == 2)
    #expect(
      first.lines.last
        == "DigitalOcean: Error: DELETE \(api): 500 oops; the same command tries again",
      "\(first.text)")
    #expect(sandbox.state("do/vm") == nil && sandbox.state("do/registry") == "jane")
    #expect(try await sandbox.make("do-delete").code == 0)
    #expect(sandbox.state("do/registry") == nil)
  }

  @Test func `what another account made is not forgotten because this one does not see it`()
    async throws
  {
    let sandbox = try cloud(
      "*|doctl account get *|0|u-1    t-2    jane@example.org    Other team",
      "*|doctl *|1|\(absent)")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("c-1\n", to: "state/do/cluster")
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

  @Test func `where no account is remembered, a 404 proves nothing`() async throws {
    let sandbox = try cloud("*|doctl compute droplet delete 22*|1|\(absent)")
    try sandbox.write("22\n", to: "state/do/vm")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("team Example does not have the remembered vm") == true,
      "\(run.text)")
    #expect(sandbox.state("do/vm") == "22")
  }

  @Test func `the id of a balancer that left before neither fails nor forgets the cluster`()
    async throws
  {
    // The API answers 404 for the whole call when one of the resources is not the cluster's.
    let sandbox = try cloud(
      "*|doctl kubernetes cluster list-associated-resources c-1 --format LoadB*|0|[lb-2]",
      "*|doctl kubernetes cluster delete-selective *lb-1*|1|\(absent)",
      "*|doctl compute load-balancer delete lb-1 --force|1|\(absent)")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("c-1\n", to: "state/do/cluster")
    try sandbox.write("lb-1\nlb-2\n", to: "state/do/load-balancers")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("delete-selective c-1 --force --load-balancers lb-2").count == 1)
    #expect(sandbox.state("do/cluster") == nil && sandbox.state("do/load-balancers") == nil)
  }

  @Test func `a cluster that is asked to go and answers 404 stays remembered`() async throws {
    let sandbox = try cloud("*|doctl kubernetes cluster delete-selective *|1|\(absent)")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("c-1\n", to: "state/do/cluster")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 2 && sandbox.state("do/cluster") == "c-1", "\(run.text)")
  }

  @Test func `a cluster that was deleted by hand is gone, and its balancers are not left`()
    async throws
  {
    let sandbox = try cloud("*|doctl kubernetes cluster get c-1*|1|\(absent)")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("c-1\n", to: "state/do/cluster")
    try sandbox.write("lb-1\n", to: "state/do/load-balancers")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      try sandbox.calls(" --force") == ["doctl compute load-balancer delete lb-1 --force"])
  }

  @Test func `what is still there and costs money is shown at the end, nodes with their cluster`()
    async throws
  {
    let sandbox = try cloud(
      "*|doctl kubernetes cluster list *|0|c-1    calc\\nc-2    shop",
      "*|doctl compute droplet list *|0|7    calc-abc    k8s,k8s:c-1,k8s:worker\\n8    web    ",
      "*|doctl compute load-balancer list *|0|lb-9    a9b8c7",
      "*|doctl compute volume list *|1|Error: GET \(api): 403 (request \"r\") You are missing")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("c-1\n", to: "state/do/cluster")
    let run = try await sandbox.make("do-delete")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.last
        == "team Example still has, and pays for: cluster calc (being deleted), cluster shop, "
        + "machine web, load balancer a9b8c7, volumes that cannot be listed (Error: GET \(api): "
        + #"403 (request "r") You are missing)"#, "\(run.text)")
  }

  @Test func `a delete on the cluster forgets the balancer that left with its Service`()
    async throws
  {
    let sandbox = try cloud()
    try sandbox.write("lb-1\nlb-2\n", to: "state/do/load-balancers")
    try sandbox.object(
      "service.calc", Self.mark,
      annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-1")
    #expect(try await sandbox.make("k8s-delete").code == 0)
    #expect(sandbox.text("state/do/load-balancers") == "lb-2\n")
  }

  @Test func `a scope that the token lacks is not an empty list`() async throws {
    let sandbox = try cloud(
      "*|doctl registries list*|1|Error: GET \(api): 403 (request \"r\") You are missing the "
        + "required permission registry:read")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix("the token has no scope for it: doctl auth init takes another")
        == true, "\(run.text)")
    #expect(try sandbox.calls("registries create").isEmpty)
  }

  // MARK: Load from outside

  private static let summary =
    #"{"run":"1","url":"http://x","sent":120,"failed":3,"outcomes":{"ok":117,"eof":3},"own":0}"#

  /// A machine and a remembered address, so that only the load is left to do.
  private func loaded(_ url: String, for place: String, _ answers: String...) throws -> Sandbox {
    let sandbox = try cloud("*|doctl compute droplet get 22*|0|198.51.100.9")
    let all =
      ["*|doctl compute droplet get 22*|0|198.51.100.9"] + answers + [
        "*|ssh *k6 run*|0|\(Self.summary)"
      ]
    try sandbox.write(all.map { "\($0)\n" }.joined(), to: "standin/answers")
    try sandbox.write("22\n", to: "state/do/vm")
    try sandbox.write("\(url)\n", to: "state/calc-url")
    try sandbox.write("\(place)\n", to: "state/calc-url-for")
    return sandbox
  }

  private static let here = "do-fra1-calc/default"

  @Test func `Ctrl-C ends the load with the result so far, and is no error`() async throws {
    // Over there k6 catches it, prints its summary, and ends with 105.
    let sandbox = try loaded(
      "http://203.0.113.7", for: Self.here,
      "*|ssh *k6 run*|105|running …\\n\(Self.summary)\\nk6 was interrupted\\r")
    let run = try await sandbox.make("do-load-test")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.last == "k6 1.7.1, ended by Ctrl-C, so far sent 120, failed 3: ok 117, eof 3",
      "\(run.text)")
    #expect(!run.text.contains("{") && !run.text.contains("Error"))
  }

  @Test(arguments: [
    (255, "Connection to 198.51.100.9 closed.", "the connection to machine calc-load-test is gone"),
    (107, "script exception", "k6 ended with status 107: script exception"),
  ])
  func `a load that breaks is told with its cause`(status: Int, text: String, line: String)
    async throws
  {
    let sandbox = try loaded(
      "http://203.0.113.7", for: Self.here, "*|ssh *k6 run*|\(status)|\(text)")
    let run = try await sandbox.make("do-load-test")
    #expect(run.code == 2 && run.lines.last?.hasPrefix(line) == true, "\(run.text)")
  }

  @Test(arguments: [
    (
      "http://203.0.113.7", "kind-calc/default",
      "the remembered address http://203.0.113.7 is of kind-calc/default, and kubectl uses "
        + "do-fra1-calc/default: make k8s-deploy v=4 finds its own, url=http://203.0.113.7 loads "
        + "this one"
    ),
    (
      "http://localhost:8080", here,
      "machine calc-load-test cannot reach http://localhost:8080 from outside: make "
        + "k8s-load-test loads from inside the cluster, url=… names another address"
    ),
    (
      "http://10.0.0.7:30080", here,
      "machine calc-load-test cannot reach http://10.0.0.7:30080 from outside: make "
        + "k8s-load-test loads from inside the cluster, url=… names another address"
    ),
  ])
  func `an address of another cluster or of this machine is not loaded`(
    url: String, place: String, line: String
  ) async throws {
    let sandbox = try loaded(url, for: place)
    let run = try await sandbox.make("do-load-test")
    #expect(run.code == 2 && run.lines == [line], "\(run.text)")
    #expect(try sandbox.calls("ssh ").isEmpty)
    #expect(try await sandbox.make("do-load-test", "url=http://203.0.113.8").code == 0)
  }

  @Test(arguments: [
    ("https://calc.example.org", [], "VUS=500 -e DURATION=2m -e REUSE=1"),
    ("https://calc.example.org", ["REUSE=0"], "VUS=75 -e DURATION=2m -e REUSE=0"),
    ("https://calc.example.org", ["REUSE=0", "vus=20"], "VUS=20 -e DURATION=2m -e REUSE=0"),
    ("http://calc.example.org", [], "VUS=500 -e DURATION=2m -e REUSE=0"),
  ])
  func `with TLS connections are kept, or are no more than the balancer has handshakes for`(
    url: String, words: [String], settings: String
  ) async throws {
    let sandbox = try loaded(
      url, for: Self.here + " by hand", "*|doctl compute load-balancer get lb-1*|0|3")
    try sandbox.object(
      "service.calc", annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-1")
    let run = try await sandbox.make(["do-load-test"] + words)
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("k6 run").first?.contains("-e \(settings) ") == true)
    let isTold = url.hasPrefix("https:") && words.count < 2
    #expect(run.text.contains("TLS handshake") == isTold, "\(run.text)")
  }

  @Test func `the load's machine gets the k6 of the load in the cluster`() async throws {
    let sandbox = try cloud(
      "*|doctl compute ssh-key import*|0|11", "*|doctl compute droplet create*|0|22",
      "*|doctl compute droplet get 22*|0|198.51.100.9")
    #expect(try await sandbox.make("do-create-load-test-vm").code == 0)
    #expect(try sandbox.calls("VERSION=1.7.1 bash -s").count == 1)
  }

  @Test func `the image is built by the load's machine and brought here`() async throws {
    let sandbox = try cloud(
      "*|doctl compute droplet get 22*|0|198.51.100.9", "*|docker version *|0|amd64")
    try sandbox.write("22\n", to: "state/do/vm")
    let run = try await sandbox.make("do-docker-build", "tag=5")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("ssh ").contains { $0.contains("-N -L ") })
    let calls = try sandbox.calls("docker ").filter { !$0.contains("ssh ") }
    let order = ["build --platform linux/amd64 --tag calc:5", "save calc:5", "load"].map { words in
      calls.firstIndex { $0.hasPrefix("docker \(words)") }
    }
    #expect(order.allSatisfy { $0 != nil } && order.compactMap(\.self).sorted() == order)
    #expect(sandbox.state("image") == "calc:5" && sandbox.state("platform") == "linux/amd64")
  }

  @Test func `a load balancer of several nodes is an annotation`() async throws {
    let sandbox = try cloud(
      "*|doctl compute certificate list*|0|k-2 calc-calc-example-org",
      "*|doctl compute load-balancer get lb-1*|0|entry_protocol:https,entry_port:443")
    try sandbox.write("calc-calc-example-org\n", to: "state/do/certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      annotations + #"kubernetes\.digitalocean\.com/load-balancer-id"# + "\tlb-1")
    #expect(try await sandbox.make("do-lb-https", "nodes=4").code == 0)
    let patch = try #require(sandbox.text("standin/calls"))
    #expect(patch.contains(#""service.beta.kubernetes.io/do-loadbalancer-size-unit": "4","#))
  }

  // MARK: Waits that end

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
    let sandbox = try cloud(
      Self.domains, "*|doctl kubernetes cluster create*|0|c-1",
      "*|doctl compute certificate create*|0|k-1", state)
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2 && run.lines.last == line, "\(run.text)")
  }

  @Test func `a certificate that was refused is asked for anew`() async throws {
    let sandbox = try cloud(
      Self.domains, "*|doctl compute certificate list*|0|k-1 calc-calc-example-org",
      "1|doctl compute certificate get k-1*|0|error",
      "*|doctl compute certificate create*|0|k-2",
      "*|doctl compute certificate get k-2*|0|verified")
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("calc-calc-example-org\n", to: "state/do/certificate")
    let run = try await sandbox.make("do-create-cert", "domain=calc.example.org")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("certificate delete k-1 --force").count == 1)
  }

  @Test func `a poll that fails for a moment is not the end, one that is refused is`() async throws
  {
    let sandbox = try cloud(
      "*|doctl kubernetes cluster create*|0|c-1",
      "2|doctl kubernetes cluster get c-1*|1|Error: GET \(api): 503 Service Unavailable",
      "*|doctl kubernetes cluster get c-1*|0|running")
    #expect(try await sandbox.make("do-create-k8s-cluster").code == 0)
    try sandbox.answers(
      "*|doctl kubernetes cluster list*|0|c-1 calc",
      "*|doctl kubernetes cluster get c-1*|1|Error: GET \(api): 401 (request \"r\") Unable to "
        + "authenticate you")
    let refused = try await sandbox.make("do-create-k8s-cluster")
    #expect(
      refused.code == 2
        && refused.lines.last?.hasSuffix("doctl auth init takes another") == true,
      "\(refused.text)")
  }

  @Test func `a machine that was deleted by hand is made again, with its key`() async throws {
    let sandbox = try cloud(
      "*|doctl compute droplet get 22*|1|\(absent)",
      "*|doctl compute ssh-key get 11*|1|\(absent)",
      "*|doctl compute ssh-key import*|0|12", "*|doctl compute droplet create*|0|23",
      "*|doctl compute droplet get 23*|0|198.51.100.9")
    for (name, value) in [("account", Self.account), ("vm", "22"), ("key", "11")] {
      try sandbox.write("\(value)\n", to: "state/do/\(name)")
    }
    try sandbox.write("old key\n", to: "state/do/known-hosts")
    let run = try await sandbox.make("do-create-load-test-vm")
    #expect(run.code == 0, "\(run.text)")
    #expect(sandbox.state("do/vm") == "23" && sandbox.state("do/key") == "12")
    #expect(sandbox.state("do/known-hosts") == nil)
  }

  @Test func `a registry that was deleted by hand is made again`() async throws {
    let sandbox = try cloud()
    try sandbox.write("\(Self.account)\n", to: "state/do/account")
    try sandbox.write("jane\n", to: "state/do/registry")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("registries create jane").count == 1)
  }

  @Test func `a second registry that the plan does not allow is told with both ways on`()
    async throws
  {
    let sandbox = try cloud(
      "*|doctl registries list*|0|shop",
      "*|doctl registries create*|1|Error: POST \(api): 422 (request \"r\") registry limit reached")
    let run = try await sandbox.make("do-create-registry", "name=jane")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasSuffix(
        "there is registry shop already: make do-create-registry name=shop uses it, "
          + "tier=professional allows for a second") == true, "\(run.text)")
  }
}
