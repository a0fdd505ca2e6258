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
    try sandbox.object(
      "service.calc", Cloud.balancer("lb-1"))
    let run = try await sandbox.make(["do-load-test"] + words)
    #expect(run.code == 0, "\(run.text)")
    #expect(try sandbox.calls("k6 run").first?.contains("-e \(settings) ") == true)
    let isTold = url.hasPrefix("https:") && words.count < 2
    #expect(run.text.contains("TLS handshake") == isTold, "\(run.text)")
  }
}
