import Libc
import Shared
import Testing

@testable import Cluster
@testable import Comparison
@testable import TestSupport

@Suite(.timeLimit(.minutes(4))) struct LoadTestTests {
  private let ended = #""terminated":{"exitCode":0}"#

  private func scene(pods: Int, log: [String]) throws -> ClusterScene {
    let scene = try ClusterScene()
    try scene.write(
      [ClusterJSON.list((0..<pods).map { ClusterJSON.loadPod(.tcp, .fresh, index: $0) })],
      to: "load.pods")
    for number in 3...40 {
      try scene.write(
        [
          ClusterJSON.list(
            (0..<pods).map { ClusterJSON.loadPod(.tcp, .fresh, index: $0, state: ended) })
        ], to: "load.pods.\(number)")
    }
    for pod in 0..<pods { try scene.write(log, to: "logs/load-tcp-fresh-\(pod)") }
    return scene
  }

  private let whole = [
    "calc-load start pod=0 late=0.001",
    "calc-load failed id=RUN-tcp-fresh-0-1-0 outcome=eof at=1000 ms=9 why=EOF",
    "calc-load user=1 seq=0 at={0} ok=999 failed=1 last=999 protocol=HTTP/1.1 steps=999 ms=101*999",
    #"{"run":"x","sent":1000}"#,
  ]

  @Test func `ten pods with fifty users each start together, are summed and taken away`()
    async throws
  {
    let scene = try scene(pods: 10, log: whole)
    #expect(try await LoadTest([], scene.environment).run() == 0)
    let input = try TemporaryFolder.text("\(scene.folder.path)/input")
    #expect(input.contains(#""completions":10"#) && input.contains(#""parallelism":10"#))
    #expect(
      input.contains(#"{"name":"VUS","value":"50"}"#)
        || input.contains(#"{"value":"50","name":"VUS"}"#))
    #expect(try scene.isClean())
  }

  @Test func `figures that cannot be believed are an error`() async throws {
    let scene = try scene(pods: 1, log: Array(whole.dropLast()))
    #expect(try await LoadTest(["vus=20", "duration=1s"], scene.environment).run() == 1)
    #expect(try scene.isClean())
  }

  @Test func `a k6 that was evicted or gave up is an error`() async throws {
    let scene = try scene(pods: 2, log: whole)
    for number in 3...40 {
      try scene.write(
        [
          ClusterJSON.list([
            ClusterJSON.loadPod(
              .tcp, .fresh, state: "",
              status: #""phase":"Failed","reason":"Evicted","message":"low on memory","#),
            ClusterJSON.loadPod(
              .tcp, .fresh, index: 1,
              state: #""terminated":{"exitCode":137,"reason":"OOMKilled"}"#),
          ])
        ], to: "load.pods.\(number)")
    }
    #expect(try await LoadTest(["vus=100", "duration=1s"], scene.environment).run() == 1)
    let kubectl = try await Kubectl(environment: scene.environment, namespace: nil)
    let job = LoadJob(
      door: .tcp, kind: .fresh, url: "http://calc", users: 100, duration: "1s", deadline: 9)
    let run = LoadRun(kubectl: kubectl, template: try LoadTemplate(), name: "t", jobs: [job])
    let list = try TemporaryFolder.text("\(scene.folder.path)/load.pods.3").replacing(
      "RUN", with: "t")
    let pods = try JSONDecoder().decode(ObjectList<PodObject>.self, from: Data(list.utf8)).items
    #expect(
      run.losses(pods, mustRun: false) == [
        "k6 tcp-fresh-0 ended: Evicted: low on memory", "k6 tcp-fresh-1 ended with 137 (OOMKilled)",
      ])
    #expect(run.losses([], mustRun: true) == ["k6 tcp-fresh-0 is gone", "k6 tcp-fresh-1 is gone"])
    #expect(
      run.losses(pods + [pods[1]], mustRun: true).last
        == "k6 tcp-fresh-1 was replaced, so that its numbers began again")
  }

  @Test func `a Job whose pods never come is told with the reason of its event`() async throws {
    let scene = try scene(pods: 2, log: [])
    try scene.object(
      "event.1", ".involvedObject.name\tcalc-load-x-tcp-fresh",
      ".message\tpods \"calc-load-0\" is forbidden: violates PodSecurity \"restricted:latest\"")
    let kubectl = try await Kubectl(environment: scene.environment, namespace: nil)
    let job = LoadJob(
      door: .tcp, kind: .fresh, url: "http://calc", users: 500, duration: "1s", deadline: 9)
    let load = LoadRun(kubectl: kubectl, template: try LoadTemplate(), name: "x", jobs: [job])
    let refusal = await #expect(throws: CommandError.self) {
      try await load.awaitStart(within: .milliseconds(200))
    }
    #expect(
      refusal?.message.hasSuffix(
        #"""
        2 of 10 pods are there: pods "calc-load-0" is forbidden: violates PodSecurity \#
        "restricted:latest"
        """#
      )
        == true)
  }

  /// As from a shell: the built executable, and a signal.
  @Test func `Ctrl-C ends the load in the cluster, and says that nothing was counted`() async throws
  {
    let scene = try scene(pods: 10, log: [])
    for number in 3...40 {
      try? FileManager.default.removeItem(atPath: "\(scene.folder.path)/load.pods.\(number)")
    }
    let pipe = try Pipe()
    let launch = Launch(
      arguments: ["\(BuiltHarness.folder)/Cluster", "k8s-load-test"],
      environment: scene.environment,
      output: pipe.writing, group: 0)
    let pid = try launch.spawn()
    close(pipe.writing)
    while try scene.calls().count(where: { $0.hasPrefix("get pods -l calc-load/run=") }) < 2 {
      try await Task.sleep(for: .milliseconds(20))
    }
    kill(pid, SIGINT)
    let output = await withCheckedContinuation { continuation in
      BackgroundThread.start {
        var (text, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while case let count = read(pipe.reading, &buffer, buffer.count), count > 0 {
          text += buffer[..<count]
        }
        close(pipe.reading)
        continuation.resume(returning: String(decoding: text, as: UTF8.self))
      }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    #expect(WaitStatus.code(status) == 130)
    #expect(
      output.split(separator: "\n").last
        == "interrupted: nothing was counted, nothing is left in the cluster")
    #expect(try scene.isClean())
  }

  private func remember(_ url: String, _ place: String?, in scene: ClusterScene) throws {
    try scene.write([url], to: "state/calc-url")
    if let place { try scene.write([place], to: "state/calc-url-for") }
  }

  @Test(arguments: [
    ("https://calc.example.org", "stand-in/default by hand", "https://calc.example.org"),
    // Set while kubectl had no context: for all.
    ("https://calc.example.org", nil, "https://calc.example.org"),
    // What k8s-deploy found, what was set elsewhere, and what a pod would take for itself.
    ("http://203.0.113.7", "stand-in/default", "http://calc"),
    ("http://203.0.113.7", "other/default by hand", "http://calc"),
    ("http://localhost:8080", "stand-in/default by hand", "http://calc"),
  ])
  func `the address that was set for this place is loaded, and no other`(
    url: String, place: String?, loaded: String
  ) async throws {
    let scene = try scene(pods: 1, log: whole)
    try remember(url, place, in: scene)
    _ = try await LoadTest(["vus=20", "duration=1s"], scene.environment).run()
    let input = try TemporaryFolder.text("\(scene.folder.path)/input")
    // As JSON writes it.
    let isLoaded = input.contains("\"\(loaded.replacing("/", with: "\\/"))\"")
    #expect(isLoaded)
  }

  @Test(arguments: [
    (["url=https://calc-edge"], "1"), (["url=https://calc-edge", "REUSE=0"], "0"),
    (["url=http://calc"], "0"), (["REUSE=1"], "1"),
  ])
  func `connections are kept where TLS ends, unless told otherwise`(
    words: [String], reuse: String
  ) async throws {
    let scene = try scene(pods: 1, log: whole)
    _ = try await LoadTest(words + ["vus=20", "duration=1s"], scene.environment).run()
    let input = try TemporaryFolder.text("\(scene.folder.path)/input")
    #expect(
      input.contains(#"{"name":"REUSE","value":"\#(reuse)"}"#)
        || input.contains(#"{"value":"\#(reuse)","name":"REUSE"}"#))
  }

  @Test(arguments: [("https://calc.example.org", true), ("https://calc-edge", false)])
  func `fresh TLS connections are no more than a balancer has handshakes for`(
    url: String, isLimited: Bool
  ) async throws {
    let scene = try scene(pods: isLimited ? 1 : 10, log: whole)
    let run = try await HarnessRun.run(
      ["k8s-load-test", "url=\(url)", "REUSE=0"], of: "Cluster", environment: scene.environment)
    #expect(run.output.contains("  25 users instead of 500") == isLimited, "\(run.output)")
    let input = try TemporaryFolder.text("\(scene.folder.path)/input")
    let vus = isLimited ? "25" : "50"
    #expect(
      input.contains(#"{"name":"VUS","value":"\#(vus)"}"#)
        || input.contains(#"{"value":"\#(vus)","name":"VUS"}"#))
  }

  /// As from a shell: what it says.
  @Test func `the result names its k6, kept connections and what may be a node's table`()
    async throws
  {
    let timeouts = whole.map {
      $0.replacing("outcome=eof", with: "outcome=timeout").replacing("why=EOF", with: "why=x")
    }
    let scene = try scene(pods: 10, log: timeouts)
    try scene.write([], to: "objects/-/node.one")
    let fresh = try await HarnessRun.run(
      ["k8s-load-test"], of: "Cluster", environment: scene.environment)
    #expect(fresh.output.contains("each node had up to 570,000 connections to track"))
    #expect(fresh.lines.contains("counted by grafana/k6:1.7.1"), "\(fresh.output)")
    #expect(!fresh.output.contains("over connections that users keep"))
    try scene.reset()
    let kept = try await HarnessRun.run(
      ["k8s-load-test", "url=https://calc-edge"], of: "Cluster", environment: scene.environment)
    #expect(kept.output.contains("  over connections that users keep: a balancer takes so many"))
    #expect(!kept.output.contains("connections to track"))
  }

  @Test func `time-outs under more connections than a node tracks are told to be perhaps its own`()
  {
    let one = ConnectionTracking(users: 500, seconds: 120, nodes: 1)
    #expect(one.entries == 570_000)
    #expect(one.warning(timeouts: 0) == nil)
    #expect(one.warning(timeouts: 3)?.contains("570,000 connections to track") == true)
    // Connections that are kept, a short test, or many nodes fit.
    for fits in [
      ConnectionTracking(users: 0, seconds: 120, nodes: 1),
      ConnectionTracking(users: 500, seconds: 20, nodes: 1),
      ConnectionTracking(users: 500, seconds: 120, nodes: 12),
    ] { #expect(fits.warning(timeouts: 3) == nil) }
  }

  @Test func `without a Service the line says what comes first`() async throws {
    let scene = try ClusterScene()
    try scene.remove("service.calc")
    let refusal = await #expect(throws: CommandError.self) {
      try await LoadTest([], scene.environment).run()
    }
    #expect(
      refusal?.message
        == "nothing is deployed in namespace default of context stand-in: "
        + "make k8s-deploy v=4 comes first"
    )
    #expect(try !scene.calls().contains { $0.hasPrefix("apply") })
  }

  @Test(arguments: [
    ("vus=none", "vus= takes a whole number, 1 to 5000"),
    ("duration=5", "duration= takes 1s to 1h"),
    ("duration=2h", "duration= takes 1s to 1h"),
    ("url=calc", "url= takes http://… or https://…"), ("REUSE=yes", "REUSE= takes 0 or 1"),
    ("ns=My_Talk", "ns= takes a namespace's name"),
    ("users=5", "k8s-load-test takes no users="), ("vus", "is not of the form option=value"),
  ])
  func `a wrong word is refused with what is allowed`(word: String, message: String) {
    let refusal = #expect(throws: CommandError.self) { try LoadTest([word], []) }
    #expect(refusal?.status == .usage && refusal?.message.contains(message) == true)
  }

  @Test(arguments: [("90s", 90), ("2m", 120), ("1h", 3600)])
  func `a duration is a number with a unit`(text: String, seconds: Int) {
    #expect(LoadTest.seconds(text) == seconds)
  }
}
