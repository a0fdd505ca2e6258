import Testing

@testable import TestSupport

/// What is given to make and cannot be right ends in one line that says what would be, before
/// anything is touched.
@Suite(.timeLimit(.minutes(5))) struct ArgumentTests {
  @Test(arguments: [
    ("k8s-deploy", "v=N is a step, 1 to 7, as in make k8s-deploy v=4"),
    ("k8s-deploy v=0.1.0", "v= is a step, 1 to 7; an image tag is tag=0.1.0"),
    ("k8s-deploy v=v4", "v= is a step, 1 to 7; an image tag is tag=v4"),
    ("k8s-deploy v=8", "v=8 is no step: v= is a step, 1 to 7"),
    ("k8s-deploy v=6g", "row 6g is v=6 graceful=1"),
    ("k8s-deploy tag=4", "tag=4 is an image tag; a step is v=4"),
    ("k8s-deploy v=4 graceful=1", "graceful=1 is for steps 6 and 7"),
    ("k8s-deploy v=6 graceful=yes", "graceful=yes is neither 1 nor 0"),
    ("k8s-deploy v=4 ns=kube-system", "belongs to Kubernetes"),
    ("k8s-deploy v=4 ns=My_Talk", "is no name of a namespace"),
    ("k8s-scale", "n= is missing: how many pods, as in make k8s-scale n=20"),
    ("k8s-scale n=many", "n=many is no number"),
    ("set-calc-url", "url= is missing, as in make set-calc-url url=http://localhost:8080"),
    ("set-calc-url url=localhost", "begins with neither http:// nor https://"),
    ("influxdb-k8s-port-forward port=http", "port=http is no number"),
    ("local-server", "v= is missing: v=N is a step, 1 to 7, as in make local-server v=4"),
    ("local-server v=6g", "row 6g is v=6 graceful=1"),
    ("local-server v=4 graceful=1", "graceful=1 is for steps 6 and 7"),
    // What make hands to a shell is a word there, whatever it holds.
    ("local-server v=4;true", "v=4;true is no step: v= is a step, 1 to 7"),
    ("step v=6g", "row 6g is v=6 graceful=1"),
    ("step v=4 graceful=1", "graceful=1 is for steps 6 and 7"),
    ("step 4", "4 is no target; a step is v=4: make step v=4"),
    ("rehearse 6g", "6g is no target; a step is v=6g: make rehearse v=6g"),
    (
      "influxdb-count url=localhost:8086", "url=localhost:8086 is no URL: url=http://localhost:8086"
    ),
    ("influxdb-count url=http://local'host", "holds a character that no address has"),
    ("influxdb-clear url=https://influxdb:8086", "put a TLS proxy in front"),
    ("influxdb-local url=http://influxdb:8086", "url=http://influxdb:8086 is not on this machine"),
    (
      "influxdb-local url=http://localhost:70000",
      "url=http://localhost:70000 has no port from 1 to 65535"
    ),
  ])
  func `a wrong argument is told, and nothing is done`(words: String, expected: String) async throws
  {
    let sandbox = try Sandbox()
    let parts = words.split(separator: " ").map(String.init)
    let run = try await sandbox.make(parts)
    #expect(run.code == 2)
    #expect(run.lines.count == 1 && run.text.contains(expected), "\(run.text)")
    #expect(try sandbox.calls().allSatisfy { $0.hasPrefix("config ") })
  }

  @Test(arguments: [
    "k8s-deploy v=4", "k8s-redeploy", "k8s-scale n=3", "k8s-logs", "k8s-test", "k8s-delete",
    "k8s-edge", "influxdb-k8s-deploy",
  ])
  func `without a context the line says where a cluster comes from`(words: String) async throws {
    let sandbox = try Sandbox(context: nil)
    let run = try await sandbox.make(words.split(separator: " ").map(String.init))
    #expect(run.code == 2)
    #expect(run.lines.last?.contains("make kind-create makes one") == true, "\(run.text)")
  }

  @Test(arguments: [
    ("k8s-deploy v=4", "kubectl"), ("kind-create", "docker"), ("kind-load", "docker"),
  ])
  func `without a tool the line says where it is had`(words: String, tool: String) async throws {
    let sandbox = try Sandbox()
    let folder = try sandbox.systemTools()
    let run = try await sandbox.make(
      words.split(separator: " ").map(String.init), settings: ["PATH": folder])
    #expect(run.code == 2)
    #expect(
      run.lines.count == 1 && run.text.hasPrefix("\(tool) is missing: https://"), "\(run.text)")
  }

  @Test(.needs(.curl), arguments: ["influxdb-count", "influxdb-clear"])
  func `an InfluxDB that does not answer is told with how to get one`(target: String) async throws {
    // No server listens at this port.
    let run = try await Sandbox().make(target, "url=http://127.0.0.1:1")
    #expect(run.code == 2)
    #expect(
      run.lines.last
        == "no InfluxDB answers at http://127.0.0.1:1: make influxdb-local starts one here, url= "
        + "names another",
      "\(run.text)")
  }

  @Test func `a value reaches the rehearsal as it was typed`() async throws {
    // Only shown: what it would do takes a minute.
    let run = try await Sandbox().make("--dry-run", "rehearse", "rows=it's $(3 4)")
    #expect(
      run.lines.last == #"exec .build/release/Rehearsal 'rows=it'\''s $(3 4)'"#, "\(run.text)")
  }

  @Test func `ROLLOUT_TIMEOUT given to make reaches the comparison by its environment`()
    async throws
  {
    // Only shown. As a word the program would refuse it; make itself exports what it was given.
    let run = try await Sandbox().make(
      "--dry-run", "k8s-compare", "rows=3", "ROLLOUT_TIMEOUT=300")
    #expect(run.code == 0)
    #expect(
      run.lines.last?.hasSuffix("exec .build/release/Cluster k8s-compare 'rows=3'") == true,
      "\(run.text)")
    let makefile = try TemporaryFolder.text("\(Sandbox.repository)/Makefile")
    #expect(!makefile.contains("unexport"))
  }

  @Test(.needs(.curl))
  func `a server that does not answer is told in one line, with how to start it`()
    async throws
  {
    // No server listens at this port.
    let run = try await Sandbox().make("local-test", "LISTEN_PORT=1")
    #expect(run.code == 2)
    #expect(
      run.lines.count == 1
        && run.text.hasPrefix(
          "no server answers at http://localhost:1/health; start one with: make local-server v=4 "
            + "LISTEN_PORT=1 (curl: "
        ),
      "\(run.text)")
  }

  @Test func `the second act is what its manifest adds`() async throws {
    let run = try await Sandbox().make("step", "v=7", "graceful=1")
    #expect(run.code == 0)
    #expect(
      run.lines.filter { $0.hasPrefix("+ ") || $0.hasPrefix("- ") } == [
        #"+          args: ["--graceful"]"#
      ], "\(run.text)")
  }

  @Test func `an address that was set is remembered without its last slash`() async throws {
    let sandbox = try Sandbox(context: nil)
    let run = try await sandbox.make("set-calc-url", "url=https://calc.example.org/")
    #expect(run.code == 0)
    #expect(
      run.lines == [
        "remembers https://calc.example.org for k8s-test, do-load-test and k8s-load-test, in any "
          + "cluster: kubectl has no context"
      ])
    #expect(sandbox.state("calc-url") == "https://calc.example.org")
    #expect(sandbox.state("calc-url-for") == nil)
  }

  @Test func `help lists every target that says what it does`() async throws {
    let run = try await Sandbox().make("help")
    for target in [
      "test", "rehearse", "kind-create", "k8s-deploy", "set-calc-url", "influxdb-k8s-port-forward",
    ] {
      #expect(run.lines.contains { $0.hasPrefix("  \(target) ") }, "\(target)")
    }
  }
}
