import Testing

@testable import TestSupport

/// The load from outside: `make do-load-test`.
@Suite(.timeLimit(.minutes(5))) struct OutsideLoadTests {
  private static let here = "do-fra1-calc/default"
  private static let summary =
    #"{"run":"1","url":"http://x","sent":120,"failed":3,"outcomes":{"ok":117,"eof":3},"own":0}"#

  /// A machine and a remembered address, so that only the load is left to do.
  private func loaded(_ url: String, for place: String, _ answers: String...) throws -> Sandbox {
    let sandbox = try Cloud.sandbox(
      ["*|doctl compute droplet get 22*|0|198.51.100.9"] + answers
        + ["*|ssh *k6 run*|0|\(Self.summary)"])
    try sandbox.remember("22", as: "vm")
    try sandbox.write("\(url)\n", to: "state/calc-url")
    try sandbox.write("\(place)\n", to: "state/calc-url-for")
    return sandbox
  }

  @Test func `the load from outside is counted by k6 on the machine and told in one line`()
    async throws
  {
    let summary =
      #"{"run":"1","url":"https://calc.example.org","sent":1200,"failed":3,"outcomes":{"ok":1197,"#
      + #""eof":1,"http_502":2},"own":0}"#
    let sandbox = try Cloud.sandbox(
      "*|doctl compute droplet get 22*|0|198.51.100.9",
      "*|ssh *k6 run*|0|running …\\n\(summary)\\r"
    )
    try sandbox.remember("22", as: "vm")
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
    try sandbox.object("service.calc", Cloud.balancer("lb-1"))
    let run = try await sandbox.make(["do-load-test"] + words)
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("k6 run").first?.contains("-e \(settings) ") == true)
    let isTold = url.hasPrefix("https:") && words.count < 2
    #expect(run.text.contains("TLS handshake") == isTold, "\(run.text)")
  }

  @Test(arguments: [
    (["url=https://other.example.org"], "lb-1", "3"), ([], nil, "3"), ([], "lb-1", "0"),
  ])
  func `a balancer that is not known is taken to have one node`(
    words: [String], balancer: String?, size: String
  ) async throws {
    let url = "https://calc.example.org"
    let sandbox = try loaded(
      url, for: Self.here, "*|doctl compute load-balancer get lb-1*|0|\(size)")
    if let balancer { try sandbox.object("service.calc", Cloud.balancer(balancer)) }
    let target = words.isEmpty ? url : "https://other.example.org"
    let limit =
      "what balancer \(target) has is not known, and one node takes 250 TLS handshakes a second"
    let fresh = try await sandbox.make(["do-load-test", "REUSE=0"] + words)
    #expect(fresh.lines.first == "25 users instead of 500: \(limit)", "\(fresh.text)")
    #expect(try sandbox.calls("k6 run").first?.contains("-e VUS=25 ") == true)
    let kept = try await sandbox.make(["do-load-test", "REUSE=1"] + words)
    #expect(
      kept.lines.first == "200 users begin in each of the first 3 seconds: \(limit)",
      "\(kept.text)")
  }

  @Test(arguments: [("2", [], "400"), ("3", [], nil), ("1", ["vus=200"], nil)])
  func `users that keep their TLS connections begin no faster than the balancer takes them`(
    size: String, words: [String], beginners: String?
  ) async throws {
    let sandbox = try loaded(
      "https://calc.example.org", for: Self.here,
      "*|doctl compute load-balancer get lb-1*|0|\(size)")
    try sandbox.object("service.calc", Cloud.balancer("lb-1"))
    let run = try await sandbox.make(["do-load-test"] + words)
    #expect(run.code == 0, "\(run.text)")
    let call = try #require(try sandbox.calls("k6 run").first)
    #expect(call.contains("BEGINNERS") == (beginners != nil))
    #expect(run.text.contains("users begin in each") == (beginners != nil), "\(run.text)")
    if let beginners {
      #expect(call.contains("-e BEGINNERS=\(beginners) "))
      #expect(
        run.lines.contains(
          "\(beginners) users begin in each of the first 2 seconds: the balancer has \(size) "
            + "node(s), each for 250 TLS handshakes a second"), "\(run.text)")
    }
  }

  @Test(arguments: ["do-load-test", "do-docker-build tag=5"])
  func `a machine that was deleted by hand is told, with the command that makes another`(
    words: String
  ) async throws {
    let sandbox = try loaded("http://203.0.113.7", for: Self.here)
    try sandbox.answers("*|doctl compute droplet get 22*|1|\(Cloud.absent)")
    try sandbox.remember(Cloud.account, as: "account")
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(
      run.lines == [
        "machine calc-load-test was deleted meanwhile: make do-create-load-test-vm makes it again"
      ], "\(run.text)")
    #expect(try sandbox.calls("ssh ").isEmpty)
  }

  @Test func `the k6 that ran is named, also where the load in the cluster has another`()
    async throws
  {
    let sandbox = try loaded(
      "http://203.0.113.7", for: Self.here,
      "*|ssh * k6 version|0|k6 v1.5.0 (commit/7961cefa12, go1.25.5, linux/amd64)\\r")
    let run = try await sandbox.make("do-load-test")
    #expect(run.code == 0, "\(run.text)")
    #expect(
      run.lines.first
        == "machine calc-load-test has k6 1.5.0, and k8s-load-test 1.7.1: make "
        + "do-create-load-test-vm installs the same", "\(run.text)")
    #expect(run.lines.last?.hasPrefix("k6 1.5.0, sent 120") == true, "\(run.text)")
    let same = try loaded("http://203.0.113.7", for: Self.here)
    #expect(try await !same.make("do-load-test").text.contains("k8s-load-test"))
  }

  @Test func `a machine without k6 is told with the command that installs it`() async throws {
    let sandbox = try loaded(
      "http://203.0.113.7", for: Self.here,
      "*|ssh * k6 version|127|bash: line 1: k6: command not found")
    let run = try await sandbox.make("do-load-test")
    #expect(run.code == 2)
    #expect(
      run.lines == [
        "k6 does not run on machine calc-load-test (bash: line 1: k6: command not found): make "
          + "do-create-load-test-vm installs it"
      ], "\(run.text)")
  }

  @Test(arguments: [
    (#""ok":117,"timeout":3"#, "REUSE=0", true), (#""ok":117,"timeout":3"#, "REUSE=1", false),
    (#""ok":120,"timeout":0"#, "REUSE=0", false), (#""ok":117,"eof":3"#, "REUSE=0", false),
  ])
  func `time-outs of fresh connections are told to be perhaps a node's full table`(
    outcomes: String, kind: String, isTold: Bool
  ) async throws {
    let summary = #"{"run":"1","sent":120,"failed":3,"outcomes":{\#(outcomes)},"own":0}"#
    let sandbox = try loaded(
      "http://203.0.113.7", for: Self.here, "*|ssh *k6 run*|0|\(summary)")
    let run = try await sandbox.make("do-load-test", kind)
    #expect(run.code == 0, "\(run.text)")
    #expect(
      (run.lines.last
        == "a timeout in a quiet phase may be a node's full table of connections: fewer vus=, or "
        + "REUSE=1, tells") == isTold, "\(run.text)")
  }
}
