import Testing

@testable import TestSupport

/// A name and a certificate for the load balancer, and its forwarding rules.
@Suite(.timeLimit(.minutes(5))) struct CloudHTTPSTests {
  @Test func `a certificate is asked for once and waited for`() async throws {
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "1|doctl compute certificate list*|0|",
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

  @Test func `a certificate that was refused is asked for anew`() async throws {
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "*|doctl compute certificate list*|0|k-1 calc-calc-example-org",
      "1|doctl compute certificate get k-1*|0|error",
      "*|doctl compute certificate create*|0|k-2",
      "*|doctl compute certificate get k-2*|0|verified")
    try sandbox.remember(Cloud.account, as: "account")
    try sandbox.remember("calc-calc-example-org", as: "certificate")
    let run = try await sandbox.make("do-create-cert", "domain=calc.example.org")
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("certificate delete k-1 --force").count == 1)
  }

  @Test func `a certificate that was deleted by hand is asked for anew, and told where it is used`()
    async throws
  {
    let name = "calc-calc-example-org"
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "*|doctl compute certificate list*|0|k-9 shop",
      "*|doctl compute certificate create*|0|k-2",
      "*|doctl compute certificate get k-2*|0|verified")
    for (file, value) in [
      ("account", Cloud.account), ("certificate", name), ("certificate-in-use", name),
    ] {
      try sandbox.remember(value, as: file)
    }
    let used = try await sandbox.make("do-lb-https")
    #expect(used.code == 2)
    #expect(
      used.lines == [
        "certificate \(name) is gone from the account: make do-create-cert domain=… makes it "
          + "again"
      ], "\(used.text)")
    #expect(try sandbox.calls("patch").isEmpty)
    let made = try await sandbox.make("do-create-cert", "domain=calc.example.org")
    #expect(made.code == 0, "\(made.text)")
    #expect(made.lines.first == "certificate \(name) was deleted meanwhile", "\(made.text)")
    #expect(try sandbox.calls("certificate create").count == 1)
  }

  @Test func `a domain that the account does not hold is told`() async throws {
    let run = try await Cloud.sandbox(Cloud.domains).make(
      "do-create-cert", "domain=calc.example.com")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.hasPrefix("no domain of your account holds calc.example.com") == true,
      "\(run.text)")
  }

  @Test
  func `a record leads to the load balancer, in the longest domain that fits, and follows it`()
    async throws
  {
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "1|doctl compute domain records list talk.example.org*|0|9 A www 192.0.2.1",
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

  @Test func `a record made elsewhere stays`() async throws {
    let sandbox = try Cloud.sandbox(
      Cloud.domains, "*|doctl compute domain records list*|0|9 A calc 192.0.2.1")
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
    let sandbox = try Cloud.sandbox(
      "*|doctl compute certificate list*|0|k-2 calc-calc-example-org",
      "1|doctl compute load-balancer get lb-1*|0|entry_protocol:tcp,entry_port:80",
      "1|doctl compute load-balancer get lb-1*|1|Error: GET \(Cloud.api): 503 Service Unavailable",
      "*|doctl compute load-balancer get lb-1*|0|entry_protocol:http,entry_port:80 "
        + "entry_protocol:\(entry),entry_port:443,target_protocol:http"
    )
    try sandbox.remember("calc-calc-example-org", as: "certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      Cloud.balancer("lb-1"))
    let run = try await sandbox.make(target)
    #expect(run.code == 0, "\(run.text)")
    let patch = try #require(sandbox.text("standin/calls"))
    #expect(patch.contains("do-loadbalancer-certificate-id\": \"k-2\""))
    #expect(
      patch.contains("do-loadbalancer-\(set)-ports\": \"443\"")
        && patch.contains("do-loadbalancer-\(unset)-ports\": null"))
    #expect(patch.contains(#"{"name": "https", "port": 443, "targetPort": "http"}"#))
  }

  @Test func `a load balancer of several nodes is an annotation`() async throws {
    let sandbox = try Cloud.sandbox(
      "*|doctl compute certificate list*|0|k-2 calc-calc-example-org",
      "*|doctl compute load-balancer get lb-1*|0|entry_protocol:https,entry_port:443")
    try sandbox.remember("calc-calc-example-org", as: "certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      Cloud.balancer("lb-1"))
    #expect(try await sandbox.make("do-lb-https", "nodes=4").code == 0)
    let patch = try #require(sandbox.text("standin/calls"))
    #expect(patch.contains(#""service.beta.kubernetes.io/do-loadbalancer-size-unit": "4","#))
  }

  @Test func `a load balancer that forwards packets is told to be none for HTTPS`() async throws {
    let sandbox = try Cloud.sandbox("*|doctl compute certificate list*|0|k-2 calc-calc-example-org")
    try sandbox.remember("calc-calc-example-org", as: "certificate-in-use")
    try sandbox.object(
      "service.calc", ".status.loadBalancer.ingress[0].ip\t203.0.113.7",
      #".metadata.annotations.service\.beta\.kubernetes\.io/do-loadbalancer-type"#
        + "\tREGIONAL_NETWORK")
    let run = try await sandbox.make("do-lb-https")
    #expect(run.code == 2)
    #expect(
      run.lines.last?.contains("(REGIONAL_NETWORK) and can end no HTTPS") == true, "\(run.text)")
    #expect(try sandbox.calls("patch").isEmpty)
  }
}
